//! Runs are told to those who are not at the terminal, in the shape that each channel asks for.

use radoub_testing::Cluster;
use radoub_testing::fleet::{Fleet, Member};
use radoub_testing::inbox::{Encryption, Hook, MailServer};
use radoub_testing::secret::MARK;
use serde_json::Value;

use crate::radoub;

/// `auth` goes first; `orders` fails when it should; `stock` waits for both.
fn fleet(cluster: &Cluster, fails: bool) -> Fleet<'_> {
    let mut fleet = Fleet::on(cluster);
    let good = "CREATE TABLE \"Thing\" (\"id\" INTEGER PRIMARY KEY, \"name\" TEXT NOT NULL);\n";
    let bad = if fails { "SELECT 1 / 0;\n" } else { good };
    for name in ["auth", "orders", "stock"] {
        let text = if name == "orders" { bad } else { good };
        fleet.add(Member::new(name).migration("20240101000000_init", text));
    }
    fleet
}

const WAVES: &str =
    "[service.auth]\nwave = 1\n[service.orders]\nwave = 2\n[service.stock]\nwave = 3\n";

fn hook(kind: &str, more: &str, hook: &Hook) -> String {
    format!(
        "[[notify]]\nkind = \"{kind}\"\nurl = \"{}\"\n{more}\n",
        hook.url(&format!("/{MARK}/hook"))
    )
}

fn moments(hook: &Hook) -> Vec<String> {
    let moment = |body: &Value| body["moment"].as_str().expect("a moment").to_owned();
    hook.posts().iter().map(|post| moment(&post.body)).collect()
}

#[test]
fn a_webhook_gets_start_gate_and_result_as_json_with_the_one_next_action() {
    let cluster = Cluster::shared();
    let fleet = fleet(cluster, true);
    let (all, usual, stock, auth) = (
        Hook::answering(&[200]),
        Hook::answering(&[204]),
        Hook::answering(&[200]),
        Hook::answering(&[200]),
    );
    let text = [
        hook("webhook", "on = [\"start\", \"gate\", \"result\"]", &all),
        hook("webhook", "", &usual),
        hook("webhook", "services = [\"stock\"]", &stock),
        hook("webhook", "on = [\"gate\"]\nservices = [\"auth\"]", &auth),
        WAVES.to_owned(),
    ];
    fleet.write("radoub.toml", text.concat());
    let call = radoub(fleet.path(), &["apply", "--json"]).env("USER", "alice");
    let document = call.run().expect(1).json();
    let run = document["run"].as_str().expect("a run").to_owned();
    assert_eq!(moments(&all), ["start", "gate", "result"]);
    assert_eq!(moments(&usual), ["gate", "result"]);
    assert_eq!(moments(&stock), ["result"]);
    assert_eq!(moments(&auth), [""; 0]);

    let posts = all.posts();
    assert_eq!(posts[0].method, "POST");
    assert_eq!(posts[0].headers["content-type"], "application/json");
    let (start, gate, result) = (&posts[0].body, &posts[1].body, &posts[2].body);
    for body in [start, gate, result] {
        assert_eq!(body["version"], 1, "{body:#}");
        assert_eq!(body["run"], run.as_str(), "{body:#}");
        assert_eq!(body["by"]["user"], "alice", "{body:#}");
    }
    assert_eq!(start["next"], format!("radoub show {run}"), "{start:#}");
    assert!(gate["subject"].as_str().unwrap().contains("wave 2 of 3 did not pass"), "{gate:#}");
    assert_eq!(result["outcome"], "failed", "{result:#}");
    assert_eq!(result["counts"]["applied"], 1, "{result:#}");
    assert_eq!(result["counts"]["held-back"], 1, "{result:#}");
    assert_eq!(result["services"][0]["service"], "orders", "{result:#}");
    let problem = result["services"][0]["problem"]["message"].as_str().unwrap();
    assert!(problem.contains("division by zero"), "{result:#}");
    assert_eq!(result["next"], format!("radoub resume {run}"), "{result:#}");

    // Mended and gone on with, the end is good, and what is left is to look whether all works.
    let script = "services/orders/prisma/migrations/20240101000000_init/migration.sql";
    fleet.write(script, "CREATE TABLE a (id int);\n");
    radoub(fleet.path(), &["apply"]).run().expect(0);
    let last = all.posts().pop().expect("a post").body;
    assert_eq!(
        (&last["outcome"], &last["next"]),
        (&"done".into(), &"radoub verify".into()),
        "{last:#}"
    );
}

#[test]
fn slack_teams_and_mail_get_the_same_in_their_own_shape_and_the_language_of_the_user() {
    let cluster = Cluster::shared();
    for (lang, failed, by) in
        [("en", "the run failed", "By"), ("fr", "l'exécution a échoué", "Par")]
    {
        let fleet = fleet(cluster, true);
        let (slack, teams, mail) =
            (Hook::answering(&[200]), Hook::answering(&[202]), MailServer::start());
        let email = format!(
            "[[notify]]\nkind = \"email\"\non = [\"result\"]\nhost = \"127.0.0.1\"\nport = {}\n\
             from = \"Radoub <radoub@example.org>\"\nto = [\"ops@example.org\", \"Chef <chef@example.org>\"]\n\
             user = \"radoub\"\npassword_file = \"mail.txt\"\n",
            mail.port()
        );
        let on = "on = [\"result\"]";
        fleet.write("mail.txt", format!("{MARK}-mail\n"));
        let text = [hook("slack", on, &slack), hook("teams", on, &teams), email, WAVES.to_owned()];
        fleet.write("radoub.toml", text.concat());
        let call = radoub(fleet.path(), &["apply", "--json"]).env("USER", "<@alice>");
        let answer = call.env("RADOUB_LANG", lang).run().expect(1);
        assert!(!answer.stderr.contains('⚠'), "{}", answer.text());
        let run = answer.json()["run"].as_str().expect("a run").to_owned();
        let next = format!("radoub resume {run}");

        let body = &slack.posts()[0].body;
        assert!(body["text"].as_str().unwrap().contains(failed), "{body:#}");
        let blocks = body["blocks"].to_string();
        assert_eq!(body["blocks"][0]["type"], "header", "{body:#}");
        for word in [by, "orders", "division by zero", &run, &next, "&lt;@alice&gt;"] {
            assert!(blocks.contains(word), "{word} is not said: {body:#}");
        }
        assert!(!blocks.contains("<@alice>"), "somebody is addressed: {body:#}");

        let body = &teams.posts()[0].body;
        let card = &body["attachments"][0];
        assert_eq!(card["contentType"], "application/vnd.microsoft.card.adaptive", "{body:#}");
        assert_eq!(card["content"]["type"], "AdaptiveCard", "{body:#}");
        let text = card["content"]["body"].to_string();
        for word in [failed, "orders", "division by zero", &run, &next] {
            assert!(text.contains(word), "{word} is not said: {body:#}");
        }

        let message = mail.messages().pop().expect("a message");
        assert_eq!(message.from, "radoub@example.org");
        assert_eq!(message.to, ["ops@example.org", "chef@example.org"]);
        assert!(message.login.as_deref().is_some_and(|it| it.starts_with("AUTH PLAIN")));
        for word in
            [failed, "orders", "division by zero", &run, &next, "Auto-Submitted: auto-generated"]
        {
            assert!(message.text.contains(word), "{word} is not said: {}", message.text);
        }
    }
}

#[test]
fn a_service_that_does_not_work_on_its_database_is_told_at_once_with_the_way_back() {
    let cluster = Cluster::shared();
    let fleet = fleet(cluster, false);
    let (hook_, unwell) = (Hook::answering(&[200]), Hook::answering(&[503]));
    let text = [
        hook("webhook", "", &hook_),
        WAVES.to_owned(),
        format!("health = \"{}\"\n", unwell.url("/health")),
    ];
    fleet.write("radoub.toml", text.concat());
    let arguments = ["apply", "--verify", "--health-timeout", "0.2", "--quiet-period", "0.1"];
    radoub(fleet.path(), &arguments).run().expect(1);
    let posts = hook_.posts();
    assert_eq!(moments(&hook_), ["gate", "result"]);
    for post in &posts {
        assert_eq!(post.body["services"][0]["service"], "stock", "{:#}", post.body);
        assert_eq!(post.body["services"][0]["problem"]["code"], "route-refuses", "{:#}", post.body);
        assert_eq!(post.body["next"], "radoub rollback stock", "{:#}", post.body);
    }
}

#[test]
fn a_test_message_says_what_each_answered() {
    let cluster = Cluster::shared();
    let fleet = fleet(cluster, false);
    let (well, unwell, mail) =
        (Hook::answering(&[200]), Hook::answering(&[403]), MailServer::start());
    let email = format!(
        "[[notify]]\nkind = \"email\"\nhost = \"127.0.0.1\"\nport = {}\nfrom = \"a@example.org\"\nto = [\"b@example.org\"]\n",
        mail.port()
    );
    let unset = "[[notify]]\nkind = \"teams\"\nurl_env = \"NOWHERE\"\n".to_owned();
    fleet.write("radoub.toml", [hook("slack", "", &well), email.clone()].concat());
    let answer = radoub(fleet.path(), &["notify", "--test"]).run().expect(0);
    assert!(
        answer.stdout.contains(&format!("slack ({}): answered 200", well.host())),
        "{}",
        answer.text()
    );
    assert!(answer.stdout.contains("answered 250"), "{}", answer.text());
    assert!(mail.messages()[0].text.contains("a message to try"), "{:?}", mail.messages());

    fleet.write("radoub.toml", [hook("slack", "", &unwell), email, unset].concat());
    let document = radoub(fleet.path(), &["notify", "--test", "--json"]).run().expect(1).json();
    let delivered: Vec<_> =
        document["readers"].as_array().unwrap().iter().map(|it| it["delivered"].clone()).collect();
    assert_eq!(delivered, [false, true, false], "{document:#}");
    assert_eq!(document["readers"][0]["answer"]["message"], "refused with 403", "{document:#}");
    let answer = radoub(fleet.path(), &["notify"]).run().expect(0);
    assert!(
        answer.stdout.starts_with("slack: gate, result\nemail (127.0.0.1:"),
        "{}",
        answer.text()
    );
}

#[test]
fn an_entry_that_cannot_be_is_told_with_its_line() {
    let cluster = Cluster::shared();
    let fleet = fleet(cluster, false);
    let secret = format!("url = \"https://example.org/{MARK}\"");
    let email = "kind = \"email\"\nhost = \"mail.example.org\"\nfrom = \"a@example.org\"\nto = [\"b@example.org\"]";
    for (entry, told) in [
        ("kind = \"slack\"".to_owned(), "radoub.toml:2"),
        ("kind = \"slack\"".to_owned(), "lacks url_env"),
        (format!("kind = \"slack\"\n{secret}\nurl_env = \"A\""), "has both url and url_env"),
        (format!("kind = \"slack\"\n{secret}\nhost = \"a\""), "host has no place"),
        (format!("kind = \"slak\"\n{secret}"), "unknown variant"),
        (format!("kind = \"slack\"\nservices = [\"order\"]\n{secret}"), "orders"),
        (format!("{email}\ntls = \"never\""), "in the clear"),
        (format!("{email}\nuser = \"a\""), "lacks password_env"),
        (email.replace("b@", "b "), "no address of a person"),
    ] {
        fleet.write("radoub.toml", format!("\n[[notify]]\n{entry}\n"));
        let answer = radoub(fleet.path(), &["check"]).run().expect(2);
        assert!(answer.stderr.contains(told), "`{told}` is not said:\n{}", answer.text());
    }
}

/// An entry for a mail server called `localhost`, with a password.
fn encrypted_mail(tls: &str, server: &MailServer) -> String {
    format!(
        "[[notify]]\nkind = \"email\"\nhost = \"localhost\"\nport = {}\ntls = \"{tls}\"\nfrom = \"a@example.org\"\n\
         to = [\"b@example.org\"]\nuser = \"a\"\npassword_env = \"PASSWORD\"\n",
        server.port()
    )
}

#[test]
fn mail_is_encrypted_from_the_first_byte_or_from_starttls_on() {
    let cluster = Cluster::shared();
    let fleet = fleet(cluster, false);
    for (encryption, tls) in [(Encryption::Always, "always"), (Encryption::StartTls, "starttls")] {
        let mail = MailServer::encrypted(encryption);
        fleet.write("radoub.toml", encrypted_mail(tls, &mail));
        fleet.write("authority.pem", mail.authority());
        let call =
            || radoub(fleet.path(), &["notify", "--test"]).env("PASSWORD", format!("{MARK}-mail"));
        call().env("SSL_CERT_FILE", fleet.path().join("authority.pem")).run().expect(0);
        let message = mail.messages().pop().expect("a message");
        assert!(message.login.is_some(), "{message:?}");
        // A certificate of an authority that nobody knows is refused.
        let answer = call().run().expect(1);
        assert!(answer.stdout.contains("certificate"), "{}", answer.text());
        assert_eq!(mail.messages().len(), 1);
    }
}

#[test]
fn nothing_goes_in_the_clear_where_encryption_was_asked_for() {
    let cluster = Cluster::shared();
    let fleet = fleet(cluster, false);
    let mail = MailServer::start();
    fleet.write("radoub.toml", encrypted_mail("starttls", &mail));
    let call = radoub(fleet.path(), &["notify", "--test"]);
    call.env("PASSWORD", format!("{MARK}-mail")).run().expect(1);
    assert!(mail.messages().is_empty(), "{:?}", mail.messages());
}
