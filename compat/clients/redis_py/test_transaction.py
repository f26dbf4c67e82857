"""redis-py pipelines and transactions: reply order, errors in the middle, optimistic locking."""

import threading
import unittest

import redis

from base import ClientTest

NOT_AN_INTEGER = "value is not an integer or out of range"


class Pipelines(ClientTest):
    def test_replies_come_in_order_and_an_error_stops_nothing(self):
        pipeline = self.redis.pipeline(transaction=False)
        pipeline.set("text", "abc").incr("text").append("text", "d").get("text")
        replies = pipeline.execute(raise_on_error=False)
        self.assertIsInstance(replies[1], redis.ResponseError)
        replies[1] = str(replies[1])
        self.assertEqual(replies, [True, NOT_AN_INTEGER, 4, "abcd"])
        with self.assertRaises(redis.ResponseError) as caught:
            self.redis.pipeline(transaction=False).get("text").incr("text").get("text").execute()
        self.assertEqual(
            str(caught.exception), f"Command # 2 (INCRBY text 1) of pipeline caused error: {NOT_AN_INTEGER}"
        )

    def test_five_thousand_incrs_answer_1_to_5000(self):
        pipeline = self.redis.pipeline(transaction=False)
        for _ in range(5000):
            pipeline.incr("n")
        self.assertEqual(pipeline.execute(), list(range(1, 5001)))

    def test_unknown_commands_and_wrong_arity_carry_their_texts(self):
        pipeline = self.redis.pipeline(transaction=False)
        pipeline.execute_command("NOSUCH", "a", "b")
        pipeline.execute_command("GET")
        pipeline.ping()
        unknown, arity, pong = pipeline.execute(raise_on_error=False)
        self.assertEqual(str(unknown), "unknown command 'NOSUCH', with args beginning with: 'a' 'b' ")
        self.assertEqual(str(arity), "wrong number of arguments for 'get' command")
        self.assertIs(pong, True)


class Transactions(ClientTest):
    def test_all_replies_and_a_failing_command_leaves_the_others_done(self):
        pipeline = self.redis.pipeline().set("a", 1).incr("a").set("t", "x").incr("t").get("a")
        replies = pipeline.execute(raise_on_error=False)
        self.assertEqual(str(replies.pop(3)), NOT_AN_INTEGER)
        self.assertEqual(replies, [True, 2, True, "2"])
        self.assertEqual(self.redis.get("t"), "x")

    def test_a_command_refused_while_queueing_aborts_all(self):
        with self.assertRaises(redis.ResponseError) as caught:
            self.redis.pipeline().set("a", 1).execute_command("SET", "b").execute()
        self.assertIn("wrong number of arguments for 'set' command", str(caught.exception))
        self.assertEqual(self.redis.exists("a"), 0)
        raw = self.connect().client()
        self.assertEqual(raw.execute_command("MULTI"), "OK")
        with self.assertRaises(redis.ResponseError):
            raw.execute_command("SET", "b")
        with self.assertRaises(redis.ResponseError) as caught:
            raw.execute_command("EXEC")
        self.assertEqual(str(caught.exception), "Transaction discarded because of previous errors.")
        raw.close()

    def test_a_conflict_is_a_watch_error_and_the_retry_wins(self):
        rival = self.connect()
        self.redis.set("stock", 10)
        attempts = []
        with self.redis.pipeline() as pipeline:
            while True:
                try:
                    pipeline.watch("stock")
                    stock = int(pipeline.get("stock"))
                    attempts.append(stock)
                    if len(attempts) == 1:
                        rival.decr("stock")
                    pipeline.multi()
                    pipeline.set("stock", stock - 1)
                    self.assertEqual(pipeline.execute(), [True])
                    break
                except redis.WatchError as error:
                    self.assertEqual(str(error), "Watched variable changed.")
        self.assertEqual(attempts, [10, 9])
        self.assertEqual(self.redis.get("stock"), "8")

    def test_unwatch_lets_the_transaction_pass(self):
        with self.redis.pipeline() as pipeline:
            pipeline.watch("stock")
            self.connect().set("stock", "theirs")
            pipeline.unwatch()
            pipeline.multi()
            pipeline.get("stock")
            self.assertEqual(pipeline.execute(), ["theirs"])

    def test_a_deleted_key_conflicts_and_a_missing_one_that_stays_missing_does_not(self):
        rival = self.connect()
        self.redis.set("k", "v")
        with self.redis.pipeline() as pipeline:
            pipeline.watch("k", "missing")
            rival.delete("k")
            pipeline.multi()
            pipeline.get("k")
            with self.assertRaises(redis.WatchError):
                pipeline.execute()
            pipeline.watch("k", "missing")
            self.assertEqual(rival.delete("missing"), 0)
            pipeline.multi()
            pipeline.get("k")
            self.assertEqual(pipeline.execute(), [None])

    def test_ten_clients_sell_ten_pieces_none_twice(self):
        self.redis.set("stock", 10)
        sold = []

        def sell(pipeline):
            stock = int(pipeline.get("stock"))
            pipeline.multi()
            pipeline.set("stock", stock - 1)
            return stock

        def work():
            sold.append(self.redis.transaction(sell, "stock", value_from_callable=True))

        threads = [threading.Thread(target=work) for _ in range(10)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
        self.assertEqual(sorted(sold), list(range(1, 11)))
        self.assertEqual(self.redis.get("stock"), "0")


if __name__ == "__main__":
    unittest.main()
