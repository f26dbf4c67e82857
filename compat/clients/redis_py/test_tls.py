"""redis-py over TLS: a private CA, the check turned off, mutual TLS, users in the URL, the wrong door."""

import os
import shutil
import subprocess
import tempfile
import time
import unittest

import redis

from base import ClientTest, TestServer

HERE = os.path.dirname(os.path.abspath(__file__))


def setUpModule():
    global DIRECTORY
    DIRECTORY = tempfile.mkdtemp(prefix="redouble-certificates-")
    unittest.addModuleCleanup(shutil.rmtree, DIRECTORY, ignore_errors=True)
    subprocess.run([os.path.join(HERE, os.pardir, "support", "certificates"), DIRECTORY], check=True)


def file(name):
    return os.path.join(DIRECTORY, name)


class Tls(ClientTest):
    clients = "no"

    @classmethod
    def setUpClass(cls):
        cls.flags = {
            "tls_cert_file": file("server.pem"),
            "tls_key_file": file("server.key"),
            "tls_ca_cert_file": file("ca.pem"),
            "tls_auth_clients": cls.clients,
            "user": ["alice", "on", ">secret", "~app:*", "+@all"],
        }
        super().setUpClass()

    def setUp(self):
        self.redis = self.connect(ssl_ca_certs=file("ca.pem"), ssl_certfile=file("client.pem"), ssl_keyfile=file("client.key"))

    def test_with_the_ca(self):
        self.assertTrue(self.redis.set("k", "x" * 100_000, ex=300))
        self.assertEqual(len(self.redis.get("k")), 100_000)
        pipe = self.redis.pipeline(transaction=False)
        self.assertEqual(pipe.incr("n").incr("n").delete("n").execute(), [1, 2, 1])

    def test_without_the_ca_it_is_refused_by_the_client(self):
        with self.assertRaisesRegex(redis.ConnectionError, "CERTIFICATE_VERIFY_FAILED"):
            self.connect().ping()

    def test_with_the_check_turned_off(self):
        client = self.connect("?ssl_cert_reqs=none", ssl_certfile=file("client.pem"), ssl_keyfile=file("client.key"))
        self.assertTrue(client.ping())

    def test_a_user_in_the_url(self):
        url = self.server.url.replace("//", "//alice:secret@")
        client = redis.Redis.from_url(
            url, ssl_ca_certs=file("ca.pem"), ssl_certfile=file("client.pem"), ssl_keyfile=file("client.key")
        )
        self.addCleanup(client.close)
        self.assertTrue(client.set("app:1", "v"))
        with self.assertRaises(redis.exceptions.NoPermissionError):
            client.get("other")

    def test_redis_against_the_tls_port_fails_at_once(self):
        client = redis.Redis.from_url(self.server.url.replace("rediss:", "redis:"), socket_timeout=5)
        self.addCleanup(client.close)
        begun = time.monotonic()
        with self.assertRaises((redis.ConnectionError, redis.ResponseError)):
            client.ping()
        self.assertLess(time.monotonic() - begun, 4)


class MutualTls(Tls):
    clients = "yes"

    def test_a_client_without_a_certificate_is_refused(self):
        with self.assertRaises(redis.ConnectionError):
            self.connect(ssl_ca_certs=file("ca.pem")).ping()


if __name__ == "__main__":
    unittest.main()
