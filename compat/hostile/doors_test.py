"""Who may come in, and who counts as local: protected mode, `bind`, and the commands that are for this machine only.

A client that comes from 127.0.0.5 is a stranger to redis-server, and here. Usage: doors_test.py PATH_OF_THE_BINARY
"""
import socket
import unittest

from server import PATIENCE, Client, HostileTest

DENIED = (
    "-DENIED Redis is running in protected mode because protected mode is enabled and no password is set for the "
    "default user. In this mode connections are only accepted from the loopback interface. If you want to connect "
    "from external computers to Redis you may adopt one of the following solutions: 1) Just disable protected mode "
    "sending the command 'CONFIG SET protected-mode no' from the loopback interface by connecting to Redis from the "
    "same host the server is running, however MAKE SURE Redis is not publicly accessible from internet if you do so. "
    "Use CONFIG REWRITE to make this change permanent. 2) Alternatively you can just disable the protected mode by "
    "editing the Redis configuration file, and setting the protected mode option to 'no', and then restarting the "
    "server. 3) If you started the server manually just for testing, restart it with the '--protected-mode no' "
    "option. 4) Setup a an authentication password for the default user. NOTE: You only need to do one of the above "
    "things in order for the server to start accepting connections from the outside.\r\n")


class Stranger(Client):
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE, source_address=("127.0.0.5", 0))
        self.file = self.socket.makefile("rb")


class DoorsTest(HostileTest):
    def stranger(self, server):
        return self.keep(Stranger(server.port))

    def test_protected_mode(self):
        server = self.start()
        denied = self.stranger(server)
        self.assertEqual(denied.file.read().decode(), DENIED)
        observer = self.keep(server.client())
        self.assertEqual(observer.info("rejected_connections"), "1")
        self.assertEqual(observer.ask("CONFIG", "SET", "protected-mode", "no"), "+OK")
        self.assertEqual(self.stranger(server).ask("PING"), "+PONG")
        self.assertEqual(observer.ask("CONFIG", "SET", "protected-mode", "yes"), "+OK")
        self.assertEqual(self.stranger(server).file.read().decode(), DENIED)
        self.assertEqual(observer.ask("CONFIG", "SET", "requirepass", "secret"), "+OK")
        self.assertEqual(self.stranger(server).ask("PING"), "-NOAUTH Authentication required.")

    def test_who_is_local(self):
        server = self.start("--protected-mode", "no", "--enable-debug-command", "local",
                            "--enable-protected-configs", "local", "--enable-module-command", "local")
        near, far = self.keep(server.client()), self.stranger(server)
        self.assertEqual(near.ask("DEBUG", "SLEEP", "0"), "+OK")
        self.assertEqual(near.ask("CONFIG", "SET", "dbfilename", "x.rdb"), "+OK")
        self.assertEqual(near.ask("MODULE", "LIST"), [])
        self.assertIsInstance(near.ask("REDOUBLE", "HELP"), list)
        for words, beginning in ((("DEBUG", "SLEEP", "0"), "-ERR DEBUG command not allowed. If the enable-debug-command "
                                                           "option is set to \"local\""),
                                 (("CONFIG", "SET", "dbfilename", "y.rdb"), "-ERR CONFIG SET failed (possibly related to "
                                                                            "argument 'dbfilename')"),
                                 (("MODULE", "LOAD", "x"), "-ERR MODULE command not allowed."),
                                 (("REDOUBLE", "HELP"), "-")):
            with self.subTest(words):
                self.assertTrue(far.ask(*words).startswith(beginning), far.ask(*words))

    def test_the_defaults(self):
        observer = self.keep(self.start().client())
        for name in ("enable-debug-command", "enable-protected-configs", "enable-module-command"):
            self.assertEqual(observer.ask("CONFIG", "GET", name)[1], b"no")
        self.assertEqual(observer.ask("CONFIG", "GET", "protected-mode")[1], b"yes")
        self.assertTrue(observer.ask("DEBUG", "SLEEP", "0").startswith("-ERR DEBUG command not allowed."))
        self.assertTrue(observer.ask("MODULE", "LOAD", "x").startswith("-ERR MODULE command not allowed."))
        self.assertTrue(observer.ask("CONFIG", "SET", "dir", "/").startswith("-ERR CONFIG SET failed"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
