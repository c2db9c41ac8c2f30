//! TLS with a certificate authority of our own: what each mode accepts and refuses.

use std::path::PathBuf;

use radoub_postgres::database::ConnectReason;
use radoub_testing::postgres::{Auth, Cluster, Options};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};

use crate::ground::{chain, run, try_connect};

type Authority = CertifiedIssuer<'static, KeyPair>;

/// An authority that signs certificates.
fn authority() -> Authority {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::CommonName, "radoub test authority");
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// A certificate for this name, and its key, in PEM form.
fn certificate(by: &Authority, name: &str) -> (String, KeyPair) {
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    let key = KeyPair::generate().unwrap();
    (params.signed_by(&key, &**by).unwrap().pem(), key)
}

/// A folder with the files that a URL may name.
struct Files(tempfile::TempDir);

impl Files {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }
}

fn server(certificate: &str, key: &str, authority: &str, options: Options) -> Cluster {
    Cluster::with(
        options
            .auth(Auth::Password)
            .setting("ssl", "on")
            .file("server.crt", certificate)
            .file("server.key", key)
            .file("root.crt", authority)
            .setting("ssl_ca_file", "root.crt"),
    )
}

/// Connects to `host` with this query part; gives back whether the connection is encrypted.
#[track_caller]
fn connects(cluster: &Cluster, host: &str, query: &str) -> Result<bool, ConnectReason> {
    let url = cluster.admin_url().replace("127.0.0.1", host).replace("localhost", host);
    run(async {
        match try_connect(&format!("{url}?{query}")).await {
            Ok(database) => {
                let encrypted = database.is_encrypted();
                database.close().await;
                Ok(encrypted)
            }
            Err(error) => {
                radoub_testing::secret::assert_silent("the error", &chain(&error));
                Err(error.reason)
            }
        }
    })
}

#[test]
fn fault_18_each_mode_checks_what_its_name_says() {
    let ours = authority();
    let other = authority();
    let files = Files::new();
    let root = files.write("root.pem", ours.pem());
    let wrong = files.write("wrong.pem", other.pem());
    let (certificate, key) = certificate(&ours, "localhost");
    let cluster = server(&certificate, &key.serialize_pem(), &ours.pem(), Options::default());
    let root = root.display();
    let wrong = wrong.display();

    for query in
        ["", "sslmode=prefer", "sslmode=require", &format!("sslmode=require&sslcert={wrong}")]
    {
        assert!(matches!(connects(&cluster, "127.0.0.1", query), Ok(true)), "{query}");
    }
    assert!(matches!(connects(&cluster, "127.0.0.1", "sslmode=disable"), Ok(false)));

    let strict = [
        format!("sslmode=verify-full&sslcert={root}"),
        format!("sslmode=verify-full&sslrootcert={root}"),
        format!("sslmode=require&sslaccept=strict&sslcert={root}"),
        format!("sslmode=verify-ca&sslcert={root}"),
    ];
    for query in &strict {
        assert!(matches!(connects(&cluster, "localhost", query), Ok(true)), "{query}");
    }
    // The certificate is for localhost, not for the address.
    for query in &strict[..3] {
        let refused = connects(&cluster, "127.0.0.1", query);
        assert!(matches!(refused, Err(ConnectReason::Certificate(_))), "{query}: {refused:?}");
    }
    assert!(matches!(connects(&cluster, "127.0.0.1", &strict[3]), Ok(true)));
    for query in [
        format!("sslmode=verify-ca&sslcert={wrong}"),
        format!("sslmode=verify-full&sslcert={wrong}"),
        "sslmode=verify-full".to_owned(),
    ] {
        let refused = connects(&cluster, "localhost", &query);
        assert!(
            matches!(
                refused,
                Err(ConnectReason::Certificate(_)
                    | ConnectReason::TlsFiles(radoub_postgres::tls::TlsError::NoSystemAuthorities))
            ),
            "{query}: {refused:?}"
        );
    }
}

#[test]
fn certificate_files_that_are_of_no_use_are_named() {
    let ours = authority();
    let (certificate, key) = certificate(&ours, "localhost");
    let cluster = server(&certificate, &key.serialize_pem(), &ours.pem(), Options::default());
    let files = Files::new();
    let junk = files.write("junk.pem", "not a certificate");
    for query in [
        "sslmode=verify-full&sslcert=/nowhere/ca.pem".to_owned(),
        format!("sslmode=verify-full&sslcert={}", junk.display()),
        "sslmode=require&sslidentity=/nowhere/me.p12&sslpassword=x".to_owned(),
        format!("sslmode=require&sslidentity={}&sslpassword=x", junk.display()),
    ] {
        let refused = connects(&cluster, "localhost", &query);
        assert!(matches!(refused, Err(ConnectReason::TlsFiles(_))), "{query}: {refused:?}");
    }
}

#[test]
fn a_self_signed_certificate_is_trusted_when_it_is_the_file_itself() {
    // As `openssl req -x509` makes it: marked as an authority, used as the server's own.
    let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    let own = params.self_signed(&key).unwrap().pem();
    let cluster = server(&own, &key.serialize_pem(), &own, Options::default());
    let files = Files::new();
    let file = files.write("server.pem", &own);
    let query = format!("sslmode=verify-full&sslcert={}", file.display());
    assert!(matches!(connects(&cluster, "localhost", &query), Ok(true)));
    let refused = connects(&cluster, "127.0.0.1", &query);
    assert!(matches!(refused, Err(ConnectReason::Certificate(_))), "{refused:?}");
}

#[test]
fn a_client_certificate_comes_from_a_pkcs12_file() {
    use p12_keystore::{Certificate, KeyStore, KeyStoreEntry, PrivateKey, PrivateKeyChain};
    let ours = authority();
    let (server_certificate, server_key) = certificate(&ours, "localhost");
    let options = Options::default()
        .access("hostssl all captain all scram-sha-256 clientcert=verify-ca")
        .access("hostnossl all captain all scram-sha-256");
    let cluster = server(&server_certificate, &server_key.serialize_pem(), &ours.pem(), options);

    let (client, key) = certificate(&ours, "captain");
    let der = pem_to_der(&client);
    let chain = PrivateKeyChain::new(
        vec![1_u8],
        PrivateKey::from_der(&key.serialize_der()).unwrap(),
        [Certificate::from_der(&der).unwrap()],
    );
    let mut store = KeyStore::new();
    store.add_entry("me", KeyStoreEntry::PrivateKeyChain(chain));
    let files = Files::new();
    let password = radoub_testing::secret::planted("p&12");
    let identity = files.write("me.p12", store.writer(&password).write().unwrap());

    let encoded = password.replace('%', "%25").replace('&', "%26");
    let query = |password: &str| {
        format!("sslmode=require&sslidentity={}&sslpassword={password}", identity.display())
    };
    assert!(matches!(connects(&cluster, "localhost", &query(&encoded)), Ok(true)));
    let refused = connects(&cluster, "localhost", &query("wrong"));
    assert!(matches!(refused, Err(ConnectReason::TlsFiles(_))), "{refused:?}");
    let refused = connects(&cluster, "localhost", "sslmode=require");
    assert!(refused.is_err(), "without a certificate nobody gets in");
}

fn pem_to_der(pem: &str) -> Vec<u8> {
    use rustls::pki_types::CertificateDer;
    use rustls::pki_types::pem::PemObject;
    CertificateDer::from_pem_slice(pem.as_bytes()).unwrap().to_vec()
}

#[test]
fn fault_18_a_server_without_tls_is_not_downgraded_to() {
    let cluster = Cluster::shared();
    for query in ["sslmode=require", "sslmode=verify-ca", "sslmode=verify-full"] {
        let refused = connects(cluster, "127.0.0.1", query);
        assert!(
            matches!(
                refused,
                Err(ConnectReason::TlsMissing
                    | ConnectReason::TlsFiles(radoub_postgres::tls::TlsError::NoSystemAuthorities))
            ),
            "{query}: {refused:?}"
        );
    }
    assert!(matches!(connects(cluster, "127.0.0.1", "sslmode=prefer"), Ok(false)));
}

#[test]
fn a_server_that_wants_tls_says_so_to_a_plain_connection() {
    let ours = authority();
    let (certificate, key) = certificate(&ours, "localhost");
    let options = Options::default().access("hostnossl all all all reject");
    let cluster = server(&certificate, &key.serialize_pem(), &ours.pem(), options);
    let refused = connects(&cluster, "127.0.0.1", "sslmode=disable");
    assert!(
        matches!(refused, Err(ConnectReason::NotAdmitted { encrypted: false, .. })),
        "{refused:?}"
    );
    assert!(matches!(connects(&cluster, "127.0.0.1", "channel_binding=require"), Ok(true)));
}
