"""Writes expected.txt of every case with the real `docker-compose config`; see README.md."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

import yaml

here = os.path.dirname(os.path.abspath(__file__))
for case in sorted(os.listdir(here)):
    folder = os.path.join(here, case)
    if not os.path.isdir(folder):
        continue
    with tempfile.TemporaryDirectory() as root:
        root = os.path.join(os.path.realpath(root), "project")
        shutil.copytree(folder, root)
        if os.path.exists(os.path.join(root, "dotenv")):
            os.rename(os.path.join(root, "dotenv"), os.path.join(root, ".env"))
        env = {"PATH": os.environ["PATH"]}
        for line in open(os.path.join(folder, "env")):
            name, _, value = line.rstrip("\n").partition("=")
            env[name] = value
        command = ["docker-compose"]
        files = os.path.join(folder, "files")
        if os.path.exists(files):
            for name in open(files):
                command += ["-f", name.strip()]
        while True:
            done = subprocess.run(command + ["config"], cwd=root, env=env, capture_output=True, text=True)
            missing = re.search(r"build path (\S+) either does not exist", done.stderr)
            if not missing:
                break
            os.makedirs(missing.group(1))
        if done.returncode:
            sys.exit(f"{case}: {done.stderr}")
        lines = []
        for name, service in sorted(yaml.safe_load(done.stdout).get("services", {}).items()):
            short = lambda path: os.path.relpath(path, root)
            lines.append(name)
            build = service.get("build")
            if build:
                lines.append(f"  build {short(build['context'])} {build.get('dockerfile', '-')}")
            for key, value in sorted((service.get("environment") or {}).items()):
                if value is None:
                    continue  # not set in the container
                lines.append(f"  env {key}={str(value).replace('$$', '$')}")
            ports = []
            for port in service.get("ports") or []:
                if isinstance(port, dict):
                    target, published = port["target"], port.get("published", "-")
                    address, protocol = port.get("host_ip", "-"), port.get("protocol", "tcp")
                else:
                    text, _, protocol = str(port).partition("/")
                    parts = text.split(":")
                    target = parts[-1]
                    published = parts[-2] if len(parts) > 1 else "-"
                    address = parts[-3] if len(parts) > 2 else "-"
                    protocol = protocol or "tcp"
                ports.append(f"  port {address} {published} {target} {protocol}")
            lines += sorted(ports)
            for volume in sorted(str(volume) for volume in service.get("volumes") or []):
                source, target = volume.split(":")[:2]
                if source.startswith("/"):
                    lines.append(f"  bind {short(source)} {target}")
        open(os.path.join(folder, "expected.txt"), "w").write("\n".join(lines) + "\n")
