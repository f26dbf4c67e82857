"""redis-py on the wire: URLs with passwords and databases, names, closing, a server that restarts."""

import unittest

import redis
from redis.backoff import ConstantBackoff
from redis.retry import Retry

from base import ClientTest, TestServer, eventually


class Password(ClientTest):
    flags = {"requirepass": "p@ss:w0rd"}

    def connect(self, path="", credentials=":p%40ss%3Aw0rd@", **options):
        client = redis.Redis.from_url(
            f"redis://{credentials}{self.server.authority}{path}", decode_responses=True, socket_timeout=5, **options
        )
        self.addCleanup(client.close)
        return client

    def test_the_password_opens_and_the_path_selects_the_database(self):
        fifth = self.connect("/5")
        fifth.set("where", "five")
        own = fifth.client_info()
        self.assertEqual((own["db"], own["user"]), (5, "default"))
        self.assertIsNone(self.connect("/0").get("where"))
        named = self.connect("/5", credentials="default:p%40ss%3Aw0rd@")
        self.assertEqual(named.get("where"), "five")
        with self.assertRaises(redis.ResponseError) as caught:
            self.connect("/16").ping()
        self.assertEqual(str(caught.exception), "DB index is out of range")

    def test_a_wrong_password_is_wrongpass(self):
        with self.assertRaises(redis.ResponseError) as caught:
            self.connect("/5", credentials=":wrong@").ping()
        self.assertEqual(str(caught.exception), "WRONGPASS invalid username-password pair or user is disabled.")

    def test_no_password_is_noauth(self):
        with self.assertRaises(redis.AuthenticationError) as caught:
            self.connect(credentials="").get("where")
        self.assertEqual(str(caught.exception), "Authentication required.")


class OneConnection(ClientTest):
    def test_names_show_in_client_list(self):
        named = self.connect(client_name="checkout").client()
        self.assertEqual(named.client_getname(), "checkout")
        number = str(named.client_id())
        rows = {row["id"]: row for row in self.redis.client_list()}
        self.assertEqual(rows[number]["name"], "checkout")
        self.assertEqual(rows[number]["cmd"], "client|id")
        self.assertEqual(rows[number]["laddr"], self.server.authority)
        self.assertIs(named.client_setname("basket"), True)
        (row,) = self.redis.client_list(client_id=[number])
        self.assertEqual((row["name"], row["db"], row["flags"]), ("basket", "0", "N"))
        with self.assertRaises(redis.ResponseError) as caught:
            named.client_setname("two words")
        self.assertEqual(str(caught.exception), "Client names cannot contain spaces, newlines or special characters.")

    def test_quit_answers_ok_and_hangs_up(self):
        leaving = self.connect().client()
        number = str(leaving.client_id())
        self.assertIs(leaving.quit(), True)
        eventually("the connection is gone", lambda: number not in [row["id"] for row in self.redis.client_list()])

    def test_close_takes_the_connection_off_the_list(self):
        leaving = self.connect(client_name="leaving")
        leaving.ping()
        self.assertIn("leaving", [row["name"] for row in self.redis.client_list()])
        leaving.close()
        leaving.connection_pool.disconnect()
        eventually("it is gone", lambda: "leaving" not in [row["name"] for row in self.redis.client_list()])

    def test_client_kill_and_the_next_command_reconnects(self):
        retry = Retry(ConstantBackoff(0.01), 3)
        victim = self.connect(client_name="victim", retry=retry, retry_on_error=[redis.ConnectionError]).client()
        before = victim.client_id()
        self.assertEqual(self.redis.client_kill_filter(_id=before), 1)
        eventually("the victim is back", lambda: victim.client_id() > before)
        self.assertEqual(victim.client_getname(), "victim")

    def test_info_is_parsed(self):
        info = self.redis.info()
        self.assertEqual(info["redis_version"], "7.0.15")
        self.assertEqual(info["tcp_port"], self.server.port)
        self.assertEqual((info["role"], info["loading"], info["connected_slaves"]), ("master", 0, 0))
        self.redis.set("k", "v", ex=100)
        keyspace = self.redis.info("keyspace")["db0"]
        self.assertEqual((keyspace["keys"], keyspace["expires"]), (1, 1))
        self.assertEqual(self.redis.dbsize(), 1)

    def test_monitor_shows_the_commands_of_others(self):
        self.redis.ping()
        with self.connect().monitor() as monitor:
            self.redis.set("k", 'a "b"\n')
            seen = monitor.next_command()
        self.assertEqual((seen["db"], seen["client_address"], seen["client_type"]), (0, "127.0.0.1", "tcp"))
        self.assertEqual(seen["command"], 'SET k a "b"\\n')

    def test_slowlog_config_and_time_are_parsed(self):
        self.addCleanup(self.redis.config_set, "slowlog-log-slower-than", 10_000)
        self.redis.config_set("slowlog-log-slower-than", 0)
        self.redis.slowlog_reset()
        self.redis.set("slow", "1")
        entry = next(e for e in self.redis.slowlog_get() if e["command"] == b"SET slow 1")
        self.assertGreaterEqual(entry["duration"], 0)
        seconds, microseconds = self.redis.time()
        self.assertAlmostEqual(seconds, entry["start_time"], delta=5)
        self.assertTrue(0 <= microseconds < 1_000_000)

    def test_command_info_is_parsed(self):
        get = self.redis.command()["get"]
        self.assertEqual((get["arity"], get["first_key_pos"], get["last_key_pos"], get["step_count"]), (2, 1, 1, 1))
        self.assertEqual(sorted(get["flags"]), ["fast", "readonly"])
        self.assertEqual(self.redis.command_count(), len(self.redis.command()))


class Restart(unittest.TestCase):
    def restart(self, ending):
        server = TestServer()
        self.addCleanup(server.close)
        retry = Retry(ConstantBackoff(0.02), 100)
        client = redis.Redis.from_url(
            server.url + "/3", decode_responses=True, socket_timeout=5, client_name="phoenix",
            retry=retry, retry_on_error=[redis.ConnectionError],
        )
        self.addCleanup(client.close)
        pubsub = client.pubsub()
        self.addCleanup(pubsub.close)
        pubsub.subscribe("news")
        pubsub.psubscribe("n?ws")
        self.assertEqual([pubsub.get_message(timeout=5)["data"] for _ in range(2)], [1, 2])
        client.set("k", "lost")

        getattr(server, ending)()
        with self.assertRaises(redis.ConnectionError):
            pubsub.get_message(timeout=5)
        impatient = redis.Redis.from_url(server.url)
        with self.assertRaises(redis.ConnectionError):
            impatient.ping()
        server.launch()

        self.assertIsNone(client.get("k"))
        self.assertEqual(client.client_getname(), "phoenix")
        self.assertEqual(client.client_info()["db"], 3)
        confirmed = [eventually("a confirmation", lambda: pubsub.get_message(timeout=0.05)) for _ in range(2)]
        self.assertEqual([m["type"] for m in confirmed], ["subscribe", "psubscribe"])
        self.assertEqual(client.publish("news", "again"), 2)
        messages = [eventually("a message", lambda: pubsub.get_message(timeout=0.05)) for _ in range(2)]
        self.assertEqual([(m["pattern"], m["data"]) for m in messages], [(None, "again"), ("n?ws", "again")])

    def test_after_a_stop_all_goes_on(self):
        self.restart("stop")

    def test_after_a_crash_all_goes_on(self):
        self.restart("crash")


if __name__ == "__main__":
    unittest.main()
