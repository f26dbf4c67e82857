#!/usr/bin/env python3
"""Loads a server with many clients that lose their connections at any moment, and then asks whether all of it can
have happened one after another: nothing acknowledged is lost, nothing happens twice, sums stay what they are, messages
come in order, and the history of every register is linearisable."""
import argparse
import json
import multiprocessing
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback

import checker
import clients
from connection import Connection, Lost
from faulty_proxy import FAULTS, FaultyProxy

ITEMS = 2000


# --- The server ------------------------------------------------------------------------------------------------

class Server:
    def __init__(self, command, tls):
        self.folder = tempfile.mkdtemp(prefix="redouble-linearisability-")
        self.ca = None
        common = ["--save", "", "--dir", self.folder, "--bind", "127.0.0.1"]
        if os.path.basename(command) == "redis-server":
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                port = probe.getsockname()[1]
            self.process = subprocess.Popen([command, "--port", str(port), *common], stdout=subprocess.DEVNULL)
        else:
            if tls:
                common += ["--tls", "auto", "--tls-write-to", self.folder]
            self.process = subprocess.Popen([command, "--port", "auto", "--announce", "json", *common],
                                            stdout=subprocess.PIPE)
            said = json.loads(self.process.stdout.readline())
            threading.Thread(target=self.process.stdout.read, daemon=True).start()
            port = said["tls_port"] if tls else said["port"]
            self.ca = os.path.join(self.folder, "ca.pem") if tls else None
        self.address = ("127.0.0.1", port)
        self.await_pong()

    def await_pong(self):
        for _ in range(1000):
            if self.process.poll() is not None:
                break
            try:
                if self.connection().call("PING") == "PONG":
                    return
            except Lost:
                time.sleep(0.01)
        raise SystemExit("the server did not start")

    def connection(self):
        return Connection(self.address, None, 0.0, self.ca)

    def stop(self):
        """Whether it was still there, and went as it should."""
        alive = self.process.poll() is None
        self.process.send_signal(signal.SIGTERM) if alive else None
        try:
            code = self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
        return alive and code == 0


# --- The load --------------------------------------------------------------------------------------------------

def cast(worker, server, seed):
    """The clients of one process."""
    def make(kind, name, **options):
        return kind(f"{name}{worker}", server.address, seed, ca=server.ca, **options)

    return [make(clients.Counting, "counting"), make(clients.Counting, "counting too"),
            make(clients.Appending, "appending"), make(clients.Moving, "moving"), make(clients.Moving, "moving too"),
            make(clients.Banking, "banking"), make(clients.Banking, "banking too"),
            make(clients.Registering, "first", group=0), make(clients.Registering, "second", group=0),
            make(clients.Registering, "own", group=worker + 1), make(clients.Registering, "own too", group=worker + 1),
            make(clients.Publishing, "publishing"), make(clients.Subscribing, "subscribing"),
            make(clients.Subscribing, "steady", steady=True)]


def guarded(client, until):
    try:
        client.run(until)
    except Exception:  # noqa: BLE001 (whatever it is, it is a finding)
        client.faults.append(traceback.format_exc(limit=-2))


def work(worker, server, seed, until, pipe):
    everybody = cast(worker, server, seed)
    # Publishers begin when their process's steady subscriber listens, lest it have nothing to prove.
    threads = [threading.Thread(target=guarded, args=(client, until), daemon=True) for client in reversed(everybody)]
    for thread in threads:
        thread.start()
    for client, thread in zip(reversed(everybody), threads):
        if not isinstance(client, clients.Subscribing):
            thread.join(60)
    server.connection().call("PUBLISH", f"done:{worker}", "")
    pipe.send("published")
    pipe.recv()  # all processes have published
    for client, thread in zip(reversed(everybody), threads):
        if isinstance(client, clients.Subscribing):
            thread.join(30)
        if thread.is_alive():
            client.faults.append("hangs")
    pipe.send([(type(client).__name__, client.name, client.acts, client.losses, client.faults, client.findings())
               for client in everybody])


def prepare(server):
    connection = server.connection()
    connection.calls([("SET", f"account:{i}", clients.START) for i in range(clients.ACCOUNTS)])
    connection.calls([("RPUSH", "here", f"item {i}") for i in range(ITEMS)])


def load(server, seconds, seed, workers):
    context = multiprocessing.get_context("fork")
    until = time.monotonic() + seconds
    started = []
    for worker in range(workers):
        ours, theirs = context.Pipe()
        process = context.Process(target=work, args=(worker, server, seed, until, theirs), daemon=True)
        process.start()
        started.append((process, ours))
    for _, pipe in started:
        pipe.recv()
    # A subscriber that came late gets the last word as well.
    for _, pipe in started:
        pipe.send("go")
    ending = threading.Event()

    def end():
        while not ending.is_set():
            server.connection().call("PUBLISH", "news", "the end")
            time.sleep(0.05)
    teller = threading.Thread(target=end)
    teller.start()
    found = []
    for process, pipe in started:
        found += pipe.recv()
        process.join(30)
    ending.set()
    teller.join()
    return found


# --- The judgement ---------------------------------------------------------------------------------------------

class Judge:
    def __init__(self, server, found):
        self.connection = server.connection()
        self.found = found
        self.faults = [f"{name}: {fault}" for _, name, _, _, faults, _ in found for fault in faults]

    def of(self, kind):
        return [findings for which, _, _, _, _, findings in self.found if which == kind]

    def expect(self, truth, text):
        if not truth:
            self.faults.append(text)

    def counters(self):
        for i in range(clients.COUNTERS):
            given = [number for one in self.of("Counting") for number in one["given"][i]]
            unknown = sum(one["unknown"][i] for one in self.of("Counting"))
            value = int(self.connection.call("GET", f"counter:{i}") or 0)
            self.expect(len(set(given)) == len(given), f"counter {i} gave a number twice")
            self.expect(all(1 <= number <= value for number in given), f"counter {i} forgot a number: it is {value}")
            self.expect(len(given) <= value <= len(given) + unknown,
                        f"counter {i} is {value} after {len(given)} known and {unknown} unknown calls")

    def text(self):
        text = (self.connection.call("GET", "text") or b"").decode()
        there = text.split(";")
        for one in self.of("Appending"):
            for word, end in one["words"]:
                self.expect(text[end - len(word):end] == word, f"{word} is not where APPEND said")
        known = [word[:-1] for one in self.of("Appending") for word, _ in one["words"]]
        unknown = {word[:-1] for one in self.of("Appending") for word in one["unwritten"]}
        self.expect(len(set(there)) == len(there), "a word was appended twice")
        self.expect(set(known) <= set(there), "an appended word is lost")
        self.expect(set(there) - set(known) - unknown <= {""}, "a word came from nowhere")

    def lists(self):
        call = self.connection.call
        items = call("LRANGE", "here", 0, -1) + call("LRANGE", "there", 0, -1)
        self.expect(sorted(items) == sorted(f"item {i}".encode() for i in range(ITEMS)),
                    f"of {ITEMS} items there are {len(items)}, {len(set(items))} different ones")
        parts = self.of("Moving")
        pushed = [item for one in parts for item in one["pushed"]]
        maybe = {item for one in parts for item in one["maybe_pushed"]}
        out = [item for one in parts for item in one["popped"]] + call("LRANGE", "queue", 0, -1)
        lost = sum(one["pops_lost"] for one in parts)
        self.expect(len(set(out)) == len(out), "an item of the queue came out twice")
        self.expect(set(out) <= set(pushed) | maybe, "an item of the queue came from nowhere")
        missing = len(set(pushed) - set(out))
        self.expect(missing <= lost, f"{missing} items of the queue are gone, but only {lost} pops lack an answer")

    def accounts(self):
        values = self.connection.call("MGET", *(f"account:{i}" for i in range(clients.ACCOUNTS)))
        self.expect(sum(map(int, values)) == clients.ACCOUNTS * clients.START, f"the accounts hold {values}")

    def messages(self):
        sent = sorted(message for one in self.of("Publishing") for message in one["sent"])
        for one in self.of("Subscribing"):
            if "got" not in one:
                continue
            got = set(one["got"])
            self.expect(len(got) == len(one["got"]), "a message came twice")
            missing = [message for began, message in sent if began > one["since"] and message not in got]
            self.expect(not missing, f"{len(missing)} messages did not reach a steady subscriber: {missing[:3]}")

    def registers(self):
        histories = {}
        for one in self.of("Registering"):
            for key, calls in one["histories"].items():
                histories.setdefault(key, []).extend(checker.Call(*call) for call in calls)
        for key, calls in histories.items():
            if not checker.is_linearisable(calls):
                lines = "\n  ".join(map(repr, sorted(calls, key=lambda call: call.began)))
                self.faults.append(f"{key} is not linearisable:\n  {lines}")
        return len(histories), sum(map(len, histories.values()))

    def tidiness(self):
        """Nothing of those who are gone is left."""
        for _ in range(100):
            there = [line for line in self.connection.call("CLIENT", "LIST").decode().splitlines() if line]
            if len(there) == 1:
                return
            time.sleep(0.05)
        self.faults.append(f"{len(there)} clients are listed, where one is connected")


def judge(server, found, quiet=False):
    verdict = Judge(server, found)
    verdict.counters()
    verdict.text()
    verdict.lists()
    verdict.accounts()
    verdict.messages()
    registers, calls = verdict.registers()
    if quiet:
        return verdict.faults
    verdict.tidiness()
    acts, losses = (sum(one[i] for one in found) for i in (2, 3))
    for kind in sorted({one[0] for one in found}):
        verdict.expect(any(one[2] > 10 for one in found if one[0] == kind and kind != "Subscribing"
                           or kind == "Subscribing"), f"{kind} clients did next to nothing")
    print(f"  {acts} acts, {losses} lost connections, {registers} registers with {calls} calls")
    return verdict.faults


def is_found_out(binary, fault, seed):
    """Whether a server that has this fault fails, after a moment."""
    server = Server(binary, tls=False)
    prepare(server)
    good = server.address
    proxy = FaultyProxy(good, fault)
    server.address = proxy.address
    found = load(server, 1.2, seed, workers=1)
    server.address = good
    faults = judge(server, found, quiet=True)
    server.stop()
    print(f"  {FAULTS[fault]}, {proxy.made} times: {len(faults)} findings", flush=True)
    return bool(faults)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary", nargs="?", help="redouble, or redis-server")
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--tls-seconds", type=float, default=0, help="and so long once more over TLS (redouble)")
    parser.add_argument("--prove", action="store_true", help="first: servers with faults have to fail")
    parser.add_argument("--workers", type=int, default=3, help="processes of 14 clients each")
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4), "little"))
    options = parser.parse_args()
    right, wrong = checker.self_test()
    failed = len(wrong)
    for line in wrong:
        print(f"  the checker is wrong: {line}")
    for fault in FAULTS if options.prove else []:
        if is_found_out(options.binary, fault, options.seed):
            right += 1
        else:
            failed += 1
            print(f"FAIL: not found out: {FAULTS[fault]}")
    runs = [(False, options.seconds)] + ([(True, options.tls_seconds)] if options.tls_seconds else [])
    for tls, seconds in runs if options.binary else []:
        print(f"{os.path.basename(options.binary)}{' over TLS' if tls else ''}, --seed {options.seed}", flush=True)
        server = Server(options.binary, tls)
        prepare(server)
        faults = judge(server, load(server, seconds, options.seed, options.workers))
        if not server.stop():
            faults.append("the server did not live to the end, or did not end well")
        for fault in faults[:20]:
            print(f"FAIL: {fault}")
        failed, right = (failed + 1, right) if faults else (failed, right + 1)
    print(f"{right} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
