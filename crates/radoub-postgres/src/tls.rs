//! TLS as a URL asks for it: rustls with one crypto provider, certificates from files or from this
//! machine.
//!
//! The provider is handed to rustls explicitly; the process-wide default is neither read nor set.
//! What the parameters mean is settled in [`crate::url`].

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme,
};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::url::{DatabaseUrl, RootCertificates, Verification};

/// Why TLS could not even be prepared: the files that the URL names.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file that the URL names cannot be read.
    #[error("cannot read the certificate file {}", file.display())]
    Unreadable {
        /// Which.
        file: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file of authorities without a single certificate that can be used.
    #[error("the file {} holds no usable certificate in PEM form", file.display())]
    NoCertificate {
        /// Which.
        file: PathBuf,
    },
    /// This machine trusts no authority at all.
    #[error("this machine has no trusted authorities; name a file with sslcert=")]
    NoSystemAuthorities,
    /// The PKCS#12 file cannot be opened with `sslpassword`, or is none.
    #[error("cannot open the identity file {}: wrong sslpassword, or not PKCS#12", file.display())]
    Identity {
        /// Which.
        file: PathBuf,
    },
    /// The PKCS#12 file was opened and holds no key with its certificate.
    #[error("the identity file {} holds no private key with a certificate", file.display())]
    NoIdentity {
        /// Which.
        file: PathBuf,
    },
    /// rustls refuses the certificates.
    #[error("the certificates cannot be used")]
    Unusable {
        /// What rustls said.
        source: rustls::Error,
    },
}

/// Prepares TLS for this URL; relative file names are looked up in `folder`.
///
/// # Errors
///
/// [`TlsError`] when a file that the URL names is of no use.
pub(crate) fn prepare(
    url: &DatabaseUrl,
    folder: Option<&Path>,
) -> Result<MakeRustlsConnect, TlsError> {
    let provider = Arc::new(ring::default_provider());
    let verifier = verifier(url, folder, &provider)?;
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|source| TlsError::Unusable { source })?
        .dangerous()
        .with_custom_certificate_verifier(verifier);
    let config = match url.identity() {
        None => builder.with_no_client_auth(),
        Some(file) => {
            let file = resolved(folder, &file);
            let (chain, key) = open_identity(file, url.identity_password())?;
            builder
                .with_client_auth_cert(chain, key)
                .map_err(|source| TlsError::Unusable { source })?
        }
    };
    Ok(MakeRustlsConnect::new(config))
}

fn verifier(
    url: &DatabaseUrl,
    folder: Option<&Path>,
    provider: &Arc<CryptoProvider>,
) -> Result<Arc<dyn ServerCertVerifier>, TlsError> {
    let verification = url.verification();
    if verification == Verification::None {
        return Ok(Arc::new(Unverified { provider: provider.clone() }));
    }
    let (roots, trusted) = match url.root_certificates() {
        RootCertificates::System => (system_authorities()?, Vec::new()),
        RootCertificates::File(file) => authorities(resolved(folder, &file))?,
    };
    let chain = WebPkiServerVerifier::builder_with_provider(roots, provider.clone())
        .build()
        .map_err(|_| TlsError::NoSystemAuthorities)?;
    Ok(Arc::new(Verified { chain, trusted, name: verification == Verification::Full }))
}

fn resolved(folder: Option<&Path>, file: &Path) -> PathBuf {
    folder.map_or_else(|| file.to_owned(), |folder| folder.join(file))
}

type Authorities = (Arc<RootCertStore>, Vec<CertificateDer<'static>>);

/// The authorities of a PEM file, or of a DER file with one certificate.
fn authorities(file: PathBuf) -> Result<Authorities, TlsError> {
    let bytes = match std::fs::read(&file) {
        Ok(bytes) => bytes,
        Err(source) => return Err(TlsError::Unreadable { file, source }),
    };
    let mut certificates: Vec<_> =
        CertificateDer::pem_slice_iter(&bytes).filter_map(Result::ok).collect();
    if certificates.is_empty() {
        certificates.push(CertificateDer::from(bytes));
    }
    let mut roots = RootCertStore::empty();
    let (added, _) = roots.add_parsable_certificates(certificates.iter().cloned());
    if added == 0 {
        Err(TlsError::NoCertificate { file })
    } else {
        Ok((Arc::new(roots), certificates))
    }
}

/// The authorities of this machine, read once: a fleet of a thousand has them in common.
fn system_authorities() -> Result<Arc<RootCertStore>, TlsError> {
    static FOUND: OnceLock<Arc<RootCertStore>> = OnceLock::new();
    let roots = FOUND.get_or_init(|| {
        let mut roots = RootCertStore::empty();
        // A certificate of the machine that rustls cannot read trusts nobody; the others still do.
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        Arc::new(roots)
    });
    if roots.is_empty() { Err(TlsError::NoSystemAuthorities) } else { Ok(roots.clone()) }
}

type Identity = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

fn open_identity(file: PathBuf, password: &str) -> Result<Identity, TlsError> {
    use p12_keystore::{KeyStore, Pkcs12ImportPolicy};
    let bytes = match std::fs::read(&file) {
        Ok(bytes) => bytes,
        Err(source) => return Err(TlsError::Unreadable { file, source }),
    };
    let Ok(store) = KeyStore::from_pkcs12(&bytes, password, Pkcs12ImportPolicy::Relaxed) else {
        return Err(TlsError::Identity { file });
    };
    let Some((_, chain)) = store.private_key_chain() else {
        return Err(TlsError::NoIdentity { file });
    };
    let certificates: Vec<_> =
        chain.certs().iter().map(|it| CertificateDer::from(it.as_der().to_vec())).collect();
    if certificates.is_empty() {
        return Err(TlsError::NoIdentity { file });
    }
    let key = PrivatePkcs8KeyDer::from(chain.key().as_der().to_vec());
    Ok((certificates, PrivateKeyDer::Pkcs8(key)))
}

/// Believes every certificate: what `sslmode=require` means to PostgreSQL and Prisma. It keeps
/// listeners out, not impostors.
#[derive(Debug)]
struct Unverified {
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Unverified {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    // A signature by a certificate that nobody vouches for proves nothing, and checking it would
    // refuse the old certificates (X.509 version 1) that this mode exists for.
    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// Checks the chain, and the name when asked to.
#[derive(Debug)]
struct Verified {
    chain: Arc<WebPkiServerVerifier>,
    /// Certificates of the file itself. A self-signed certificate made by `openssl req -x509` is
    /// marked as an authority, which webpki refuses as a server's own; being in the file vouches
    /// for it all the same.
    trusted: Vec<CertificateDer<'static>>,
    name: bool,
}

impl ServerCertVerifier for Verified {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if self.trusted.iter().any(|it| it.as_ref() == end_entity.as_ref()) {
            if self.name {
                let certificate = ParsedCertificate::try_from(end_entity)?;
                rustls::client::verify_server_name(&certificate, server_name)?;
            }
            return Ok(ServerCertVerified::assertion());
        }
        let verdict = self.chain.verify_server_cert(
            end_entity,
            intermediates,
            server_name,
            ocsp_response,
            now,
        );
        match verdict {
            // The name is looked at last: everything else was in order.
            Err(rustls::Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) if !self.name => Ok(ServerCertVerified::assertion()),
            verdict => verdict,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.chain.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.chain.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.chain.supported_verify_schemes()
    }
}

/// Makes ring the crypto provider of every library of this process that asks for one; once is enough, and a
/// second time does nothing.
pub fn install_provider() {
    // An error only says that there is one already.
    let _ = rustls::crypto::ring::default_provider().install_default();
}
