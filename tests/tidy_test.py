"""The rules of the tree that a compiler does not hold.

Usage: tidy_test.py SOURCE_DIR [BUILD_DIR]
Each check is a function named check_*; it yields "file:line: what is wrong". Sizes, include direction, calls
that the pure rooms may not make, public headers that stand alone, unfinished work, the generated page.
"""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(sys.argv[1]).resolve()
BUILD = pathlib.Path(sys.argv[2]).resolve() if len(sys.argv) > 2 else ROOT / "build/release"
MAX_LINES = 600

# Each room includes only what stands left of it.
ROOMS = ["protocol", "engine", "scripting", "server"]
PURE = ("protocol", "engine")
# Public headers that know of no server: values and macros.
PLAIN_PUBLIC_HEADERS = ("export.h", "version.h", "value.h")
CODE = (".h", ".cpp")
TEXT = CODE + (".py", ".js", ".mjs", ".ts", ".sh", ".cmake", ".txt", ".json", ".md", "")

IMPURE_INCLUDE = re.compile(
    r"#\s*include\s*<(thread|mutex|shared_mutex|condition_variable|future|fstream|filesystem|iostream|random|"
    r"unistd\.h|pthread\.h|fcntl\.h|poll\.h|netdb\.h|signal\.h|time\.h|sys/[^>]*|arpa/[^>]*|netinet/[^>]*)>")
IMPURE_CALL = re.compile(
    r"\b(system_clock|steady_clock|high_resolution_clock)::now\b|\bgetenv\b|\brandom_device\b|(?<![\w.>:])s?rand\s*\(|"
    r"\bclock_gettime\b|\bgettimeofday\b|\bstd::time\s*\(|\bfopen\s*\(|\bstd::thread\b")
SERVER_ONLY = re.compile(r"#\s*include\s*[<\"](asio|openssl)\b")
LUA = re.compile(r"#\s*include\s*[<\"](lua|lauxlib|lualib)")
# Spelled in two halves, so that this file passes its own check.
UNFINISHED = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")

STANDARD_HEADERS = set("""
algorithm any array atomic bitset cassert cctype cerrno cfloat charconv chrono cinttypes climits cmath
condition_variable csignal cstdarg cstddef cstdint cstdio cstdlib cstring ctime deque exception filesystem
forward_list fstream functional future initializer_list iomanip ios iosfwd iostream istream iterator limits list
locale map memory memory_resource mutex new numeric optional ostream queue random ratio regex set shared_mutex
sstream stack stdexcept streambuf string string_view system_error thread tuple type_traits typeindex typeinfo
unordered_map unordered_set utility valarray variant vector""".split())


def tracked():
    listed = subprocess.run(["git", "-C", str(ROOT), "ls-files", "-co", "--exclude-standard"],
                            capture_output=True, text=True)
    if listed.returncode == 0:
        names = listed.stdout.splitlines()
    else:  # an exported tree without its history
        names = [str(p.relative_to(ROOT)) for p in ROOT.rglob("*") if "build" not in p.relative_to(ROOT).parts]
    return [ROOT / name for name in names if (ROOT / name).is_file() and "node_modules" not in name]


FILES = tracked()


def name_of(path):
    return str(path.relative_to(ROOT))


def room_of(path):
    first = path.relative_to(ROOT).parts[0]
    return first if first in ROOMS else None


def lines(path):
    return list(enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1))


def code_files():
    return [path for path in FILES if path.suffix in CODE]


def without_comments(text):
    """The line without a trailing // comment and without what its string literals hold."""
    return re.sub(r"//.*", "", re.sub(r'"(\\.|[^"\\])*"', '""', text))


def check_sizes():
    for path in FILES:
        if path.suffix in CODE + (".py", ".js", ".mjs", ".ts") and len(lines(path)) > MAX_LINES:
            yield f"{name_of(path)}: {len(lines(path))} lines, more than {MAX_LINES}: the room wants splitting"


def check_opening_comment():
    for path in code_files():
        told_by_header = path.suffix == ".cpp" and path.with_suffix(".h").exists()
        if room_of(path) and not told_by_header and not path.read_text(errors="replace").startswith("//"):
            yield f"{name_of(path)}:1: a file opens with a comment that says what it is"


def check_include_direction():
    for path in code_files():
        room = room_of(path)
        if room is None:
            continue
        for number, text in lines(path):
            match = re.match(r'\s*#\s*include\s*"([a-z]+)/', text)
            if match and match.group(1) in ROOMS and ROOMS.index(match.group(1)) > ROOMS.index(room):
                yield f"{name_of(path)}:{number}: {room} may not include {match.group(1)}"
            elif match and match.group(1) in ("tests", "compat"):
                yield f"{name_of(path)}:{number}: {room} may not include {match.group(1)}"
            if SERVER_ONLY.search(text) and room != "server":
                yield f"{name_of(path)}:{number}: Asio and OpenSSL belong to server alone"
            if LUA.search(text) and room != "scripting":
                yield f"{name_of(path)}:{number}: Lua belongs to scripting alone"
            public = re.match(r"\s*#\s*include\s*<redouble/([^>]+)>", text)
            if public and room in PURE and public.group(1) not in PLAIN_PUBLIC_HEADERS:
                yield f"{name_of(path)}:{number}: {room} may not include <redouble/{public.group(1)}>"


def check_purity():
    for path in code_files():
        if room_of(path) not in PURE:
            continue
        for number, text in lines(path):
            if IMPURE_INCLUDE.search(text) or IMPURE_CALL.search(without_comments(text)):
                yield f"{name_of(path)}:{number}: {room_of(path)} is pure: {text.strip()}"


def check_unfinished():
    for path in FILES:
        if path.suffix in TEXT and path.name != "tidy_test.py":
            for number, text in lines(path):
                if UNFINISHED.search(text):
                    yield f"{name_of(path)}:{number}: unfinished by its own words: {text.strip()}"


def public_headers():
    return sorted((ROOT / "include/redouble").glob("*.h"))


def check_public_headers_need_only_the_standard_library():
    for path in public_headers():
        for number, text in lines(path):
            match = re.match(r"\s*#\s*include\s*[<\"]([^>\"]+)[>\"]", text)
            if match and match.group(1) not in STANDARD_HEADERS and not match.group(1).startswith("redouble/"):
                yield f"{name_of(path)}:{number}: a public header includes {match.group(1)}"


def check_public_headers_compile_alone_as_cxx17():
    compilers = [found for found in map(shutil.which, ("g++", "clang++")) if found]
    with tempfile.TemporaryDirectory() as folder:
        for path in public_headers():
            source = pathlib.Path(folder) / "alone.cpp"
            source.write_text(f"#include <redouble/{path.name}>\n#include <redouble/{path.name}>\n")
            for compiler in compilers:
                run = subprocess.run(
                    [compiler, "-std=c++17", "-fsyntax-only", "-Wall", "-Wextra", "-Wpedantic", "-Wshadow",
                     "-Wconversion", "-Werror", f"-I{ROOT}/include", f"-I{BUILD}/include", str(source)],
                    capture_output=True, text=True)
                if run.returncode != 0:
                    yield f"{name_of(path)}: does not compile alone with {compiler}:\n{run.stderr}"


# How a setting is read other than by its name.
SETTING_ACCESSORS = {"loglevel": "log_level", "maxmemory_policy": "eviction_policy", "bind": "bind_addresses",
                     "notify_keyspace_events": "notify_flags", "client_output_buffer_limit": "output_limit",
                     "latency_tracking_info_percentiles": "latency_percentiles"}
# Where settings are kept, reported or refused, which is no effect.
SETTING_KEEPERS = re.compile(r"^(engine/(config\w*|setting|info)\.(h|cpp)|engine/commands/(info|config)\.cpp|"
                             r"server/(config_reader|options)\.cpp)$")
SETTINGS_ONLY_REFUSED = {"tls_port", "tls_cluster", "tls_replication", "save"}
# Where keeping or reporting is the effect.
SETTINGS_OF_THE_KEEPERS = {"aclfile", "enable_protected_configs", "latency_tracking_info_percentiles"}


def check_settings_tell_their_effect():
    table = ROOT / "engine/config_table.cpp"
    if not table.exists():
        return
    code = "\n".join(path.read_text(errors="replace") for path in code_files()
                     if room_of(path) and not SETTING_KEEPERS.match(name_of(path)))
    rows = table.read_text().split("kRows[] = {", 1)[1].split("\n};", 1)[0]
    for row in re.findall(r"\w+\(Setting::.*?(?=,\n {4}\w+\(Setting::|$)", rows, re.S):
        name = re.match(r"\w+\(Setting::(\w+)", row).group(1)
        used = re.search(rf"Setting::{name}\b|\b{SETTING_ACCESSORS.get(name, 'Setting::' + name)}\(", code)
        without_effect = ".without_effect()" in row
        if without_effect and used and name not in SETTINGS_ONLY_REFUSED:
            yield f"engine/config_table.cpp: {name} is used now: its row is not .without_effect() any more"
        if not without_effect and not used and name not in SETTINGS_OF_THE_KEEPERS:
            yield f"engine/config_table.cpp: nothing uses {name}: its row should say .without_effect()"


def check_license():
    license = ROOT / "LICENSE"
    if not license.is_file() or "MIT License" not in license.read_text():
        yield "LICENSE: the MIT license is missing"


def check_compatibility_page_is_fresh():
    binary = BUILD / "redouble"
    if not binary.exists():
        return
    run = subprocess.run([ROOT / "scripts/compatibility", binary], capture_output=True, text=True, timeout=30)
    if run.returncode != 0 or (ROOT / "COMPATIBILITY.md").read_text() != run.stdout:
        yield "COMPATIBILITY.md: not what `scripts/compatibility` prints: run it again into the file"


# What would stop both servers, or turn one connection into a debugger's.
NOT_IN_CASES = {"SHUTDOWN", "SCRIPT DEBUG"}


def check_written_cases_use_every_option():
    sys.path.insert(0, str(ROOT / "compat/oracle"))
    import coverage
    for command, option in coverage.table((ROOT / "COMPATIBILITY.md").read_text())[1]:
        if command not in NOT_IN_CASES:
            yield f"compat/oracle/cases: no case uses {command} {option}"


def main():
    passed = failed = 0
    for name, check in sorted(globals().items()):
        if not name.startswith("check_"):
            continue
        found = list(check())
        passed, failed = (passed, failed + 1) if found else (passed + 1, failed)
        print(f"{'FAILED' if found else 'ok    '} {name[6:].replace('_', ' ')}")
        for line in found:
            print(f"       {line}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
