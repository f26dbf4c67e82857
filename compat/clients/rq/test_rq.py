"""RQ, the queue of Python programs: jobs, failures, dependencies, retries, schedules, run by a worker in this process."""

import os
import sys
import unittest
from datetime import timedelta

import redis
import rq
from rq.job import JobStatus
from rq.registry import FailedJobRegistry, FinishedJobRegistry, ScheduledJobRegistry

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from server import TestServer  # noqa: E402


def add(a, b):
    return a + b


def fail():
    raise ValueError("no luck")


class Rq(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = TestServer()

    @classmethod
    def tearDownClass(cls):
        cls.server.close()

    def setUp(self):
        self.redis = redis.Redis.from_url(self.server.url)
        self.addCleanup(self.redis.close)
        self.redis.flushall()
        self.queue = rq.Queue("jobs", connection=self.redis)

    def work(self, queue=None):
        worker = rq.SimpleWorker([queue or self.queue], connection=self.redis)
        worker.work(burst=True, logging_level="CRITICAL")

    def test_a_job_runs_and_leaves_its_result(self):
        jobs = [self.queue.enqueue(add, n, 1) for n in range(3)]
        self.assertEqual(self.queue.count, 3)
        self.assertEqual(self.queue.job_ids, [job.id for job in jobs])
        self.work()
        self.assertEqual([job.result for job in jobs], [1, 2, 3])
        self.assertEqual([job.get_status() for job in jobs], [JobStatus.FINISHED] * 3)
        self.assertEqual(len(FinishedJobRegistry(queue=self.queue)), 3)
        self.assertTrue(0 < self.redis.ttl(jobs[0].key) <= 500)

    def test_a_failure_is_kept_with_its_traceback_and_can_be_requeued(self):
        job = self.queue.enqueue(fail)
        self.work()
        self.assertEqual(job.get_status(), JobStatus.FAILED)
        job.refresh()
        self.assertIn("ValueError: no luck", job.exc_info)
        failed = FailedJobRegistry(queue=self.queue)
        self.assertEqual(failed.get_job_ids(), [job.id])
        failed.requeue(job.id)
        self.assertEqual(self.queue.job_ids, [job.id])

    def test_a_failing_job_is_retried(self):
        job = self.queue.enqueue(fail, retry=rq.Retry(max=2))
        self.work()
        job.refresh()
        self.assertEqual(job.retries_left, 0)
        self.assertEqual(job.get_status(), JobStatus.FAILED)

    def test_a_dependent_job_waits_for_the_other(self):
        second = rq.Queue("second", connection=self.redis)
        first = self.queue.enqueue(add, 1, 1)
        then = second.enqueue(add, 2, 2, depends_on=first)
        self.assertEqual(then.get_status(), JobStatus.DEFERRED)
        self.work(second)
        self.assertEqual(then.get_status(), JobStatus.DEFERRED)
        self.work()
        self.work(second)
        self.assertEqual(then.result, 4)

    def test_a_scheduled_job_stands_in_its_registry(self):
        job = self.queue.enqueue_in(timedelta(hours=1), add, 1, 2)
        registry = ScheduledJobRegistry(queue=self.queue)
        self.assertIn(job.id, registry)
        self.assertEqual(registry.get_jobs_to_schedule(), [])
        self.assertEqual(self.queue.count, 0)

    def test_emptying_a_queue_deletes_its_jobs(self):
        job = self.queue.enqueue(add, 1, 2)
        self.assertEqual(self.queue.empty(), 1)
        self.assertFalse(self.redis.exists(job.key))


if __name__ == "__main__":
    unittest.main()
