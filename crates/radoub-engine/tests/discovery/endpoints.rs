//! Names inside the Compose network, and where this machine reaches them.

use super::{SCHEMA, found};

/// One service `a` whose environment is given as Compose text.
fn endpoint(url_host: &str, services: &str) -> String {
    let compose = format!(
        "services:\n  a:\n    build: ./a\n    environment:\n      DATABASE_URL: postgres://u:p@{url_host}/d\n{services}"
    );
    found(&[("compose.yml", &compose), ("a/prisma/schema.prisma", SCHEMA)])
}

#[test]
fn a_name_inside_the_network_becomes_an_address_of_this_machine() {
    let cases = [
        (
            "pg:5432",
            "  pg:\n    image: x\n    ports: ['127.0.0.1:15432:5432']\n",
            "a 127.0.0.1:15432/d",
        ),
        ("pg", "  pg:\n    image: x\n    ports: ['15432:5432']\n", "a 127.0.0.1:15432/d"),
        (
            "pg",
            "  pg:\n    image: x\n    ports: ['0.0.0.0:1:5432/udp', '[::]:15432:5432']\n",
            "a ::1:15432/d",
        ),
        ("pg", "  pg:\n    image: x\n    ports: ['10.0.0.5:15432:5432']\n", "a 10.0.0.5:15432/d"),
        (
            "pg:6002",
            "  pg:\n    image: x\n    ports: ['5000-5003:6000-6003']\n",
            "a 127.0.0.1:5002/d",
        ),
        (
            "pg",
            "  pg:\n    image: x\n    ports:\n      - target: 5432\n        published: '15432'\n        host_ip: 127.0.0.2\n        mode: host\n",
            "a 127.0.0.2:15432/d",
        ),
        (
            "the-db",
            "  pg:\n    image: x\n    container_name: the-db\n    ports: ['15432:5432']\n",
            "a 127.0.0.1:15432/d",
        ),
        (
            "alias",
            "  pg:\n    image: x\n    networks: {n: {aliases: [alias]}}\n    ports: ['15432:5432']\n",
            "a 127.0.0.1:15432/d",
        ),
        (
            "hosty",
            "  pg:\n    image: x\n    hostname: hosty\n    ports: ['15432:5432']\n",
            "a 127.0.0.1:15432/d",
        ),
        ("pg:5433", "  pg:\n    image: x\n    network_mode: host\n", "a 127.0.0.1:5433/d"),
        (
            "pg",
            "  vpn:\n    image: x\n    ports: ['7:5432']\n  pg:\n    image: x\n    network_mode: service:vpn\n",
            "a 127.0.0.1:7/d",
        ),
        ("host.docker.internal:5499", "", "a 127.0.0.1:5499/d"),
        ("db.example.org:5499", "", "a db.example.org:5499/d"),
        ("ephemeral", "  ephemeral:\n    image: x\n    ports: ['5432']\n", "a 127.0.0.1:45432/d"),
        ("bridged", "  bridged:\n    image: x\n", "a 172.18.0.7:5432/d"),
        (
            "pg",
            "  pg:\n    image: x\n",
            "a ! pg:5432 is a name inside the Compose network and publishes no port on this machine",
        ),
        (
            "pg",
            "  pg:\n    image: x\n    profiles: [db]\n    ports: ['15432:5432']\n",
            "a 127.0.0.1:15432/d",
        ),
    ];
    for (host, services, expected) in cases {
        assert_eq!(endpoint(host, services), expected, "{host}\n{services}");
    }
}
