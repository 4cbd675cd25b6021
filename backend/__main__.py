"""python3 -m backend COMMAND: on a bare machine makes the environment first, then does what was asked.

Only the standard library, and nothing newer than Python 3.6, above `dispatch`: this file must be able to say what
is missing on whatever Python it meets.
"""

import hashlib
import os
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
NEEDED = (3, 11)
NEWER = ("python3.13", "python3.12", "python3.11", "python3.14")
DEVELOPMENT = {"test", "check", "fix", "bench", "tour"}  # commands that need the development requirements


def main() -> None:
    if sys.version_info < NEEDED:
        use_a_newer_python()
    arguments = sys.argv[1:]
    if sys.prefix == sys.base_prefix or in_own_environment():
        python = prepare(bool(arguments) and arguments[0] in DEVELOPMENT)
        if os.path.realpath(sys.prefix) != os.path.realpath(environment()):
            sys.stdout.flush()
            os.execv(python, [python, "-m", "backend"] + arguments)
    from backend.commands import dispatch

    sys.exit(dispatch(arguments))


def use_a_newer_python() -> None:
    for name in NEWER:
        found = shutil.which(name)
        if found:
            works = subprocess.call([found, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"])
            if works == 0:
                os.execv(found, [found, "-m", "backend"] + sys.argv[1:])
    stop("Linli needs Python 3.11 or newer; this is %d.%d. Install it and start again." % sys.version_info[:2])


def environment() -> str:
    return os.environ.get("LINLI_VENV") or os.path.join(ROOT, ".venv")


def in_own_environment() -> bool:
    return os.path.realpath(sys.prefix) == os.path.realpath(environment())


def prepare(development: bool) -> str:
    """Path of the environment's python, installed from the hashed requirements unless the stamp says it is current."""
    place = environment()
    python = os.path.join(place, "bin", "python")
    if current(place, "requirements-dev.txt") or (not development and current(place, "requirements.txt")):
        return python
    try:
        os.makedirs(place, exist_ok=True)
        lock = open(os.path.join(place, ".lock"), "w")
    except OSError as error:
        stop("%s cannot be written (%s): set LINLI_VENV to a folder of your own." % (place, error.strerror))
        return ""
    import fcntl

    fcntl.flock(lock, fcntl.LOCK_EX)  # somebody else may be at it
    requirements = "requirements-dev.txt" if development else "requirements.txt"
    if not current(place, requirements):
        install(place, python, requirements)
    return python


def current(place: str, requirements: str) -> bool:
    """The stamp is written last: an interrupted installation is done again."""
    try:
        with open(os.path.join(place, "." + requirements)) as stamp:
            return stamp.read() == fingerprint(requirements) and os.access(
                os.path.join(place, "bin", "python"), os.X_OK
            )
    except OSError:
        return False


def fingerprint(requirements: str) -> str:
    with open(os.path.join(ROOT, requirements), "rb") as file:
        return hashlib.sha256(file.read() + sys.version.encode()).hexdigest()


def install(place: str, python: str, requirements: str) -> None:
    file = os.path.join(ROOT, requirements)
    with open(file) as text:
        total = sum(1 for line in text if "==" in line)
    say("Preparing the environment in %s: %d packages, once." % (place, total))
    uv = shutil.which("uv")
    if uv:
        run([uv, "venv", "--quiet", "--allow-existing", "--python", sys.executable, place])
        run([uv, "pip", "install", "--quiet", "--require-hashes", "--python", python, "-r", file])
    else:
        make_with_venv(place)
        with_pip(python, file, total)
    with open(os.path.join(place, "." + requirements), "w") as stamp:
        stamp.write(fingerprint(requirements))


def make_with_venv(place: str) -> None:
    try:
        import ensurepip  # noqa: F401 - Debian leaves it out
        import venv
    except ImportError:
        stop("This Python cannot make environments: apt-get install python3-venv (or install uv), then start again.")
    venv.EnvBuilder(with_pip=True, symlinks=True, upgrade_deps=False).create(place)


def with_pip(python: str, file: str, total: int) -> None:
    """pip's own bar does not say how far the whole is; its "Collecting" lines do."""
    command = [python, "-m", "pip", "install", "--require-hashes", "--disable-pip-version-check", "-r", file]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True)
    seen = 0
    lines = []
    for line in process.stdout or ():
        lines.append(line.rstrip())
        if line.startswith("Collecting "):
            seen += 1
            progress("  fetched %d of about %d" % (seen, total), seen % 20 == 0)
        elif line.startswith("Installing collected"):
            progress("  installing", True)
    if process.wait() != 0:
        failed(lines)
    progress("  done", True)


def run(command: "list[str]") -> None:
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True)
    if done.returncode != 0:
        failed(done.stdout.splitlines())


def failed(lines: "list[str]") -> None:
    for line in lines[-12:]:
        say("  " + line)
    stop("The packages could not be installed (see above): check the connection to the package index and start again.")


def progress(text: str, milestone: bool) -> None:
    if sys.stderr.isatty():
        sys.stderr.write("\r\x1b[K" + text + ("\n" if text.endswith("done") else ""))
        sys.stderr.flush()
    elif milestone:
        say(text)


def say(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def stop(text: str) -> None:
    say(text)
    sys.exit(1)


if __name__ == "__main__":
    main()
