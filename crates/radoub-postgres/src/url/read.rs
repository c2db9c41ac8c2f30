//! Cuts the text of a URL into its parts, and encodes parts again.

use secrecy::{ExposeSecret, SecretString};

use super::parameters::NUMBERS;
use super::{DatabaseUrl, Parameter, UrlError};

/// Reads the text; see [`DatabaseUrl::parse`].
pub(super) fn read(text: &str) -> Result<DatabaseUrl, UrlError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(UrlError::Empty);
    }
    let (scheme, rest) = text.split_once("://").ok_or(UrlError::Scheme)?;
    match scheme.to_ascii_lowercase().as_str() {
        "postgresql" | "postgres" => {}
        "prisma" | "prisma+postgres" | "prisma+postgresql" => return Err(UrlError::Hosted),
        _ => return Err(UrlError::Scheme),
    }
    // As in every URL the place ends at the first of these, so they must be encoded in a password.
    let rest = rest.split_once('#').map_or(rest, |(before, _)| before);
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    if place.chars().any(|it| it.is_whitespace() || it.is_control()) {
        return Err(UrlError::Blank);
    }
    let (authority, path) = place.split_once('/').unwrap_or((place, ""));
    let (credentials, endpoint) = authority.rsplit_once('@').unwrap_or(("", authority));
    let (user, password) = credentials.split_once(':').unwrap_or((credentials, ""));
    let (host, port) = read_endpoint(endpoint)?;
    let database = decode(path.split('/').next().unwrap_or(""), "database")?;
    let parameters = read_parameters(query)?;
    let password = decode(password, "password")?;

    let mut url = DatabaseUrl {
        text: SecretString::from(text.to_owned()),
        user: decode(user, "user")?,
        password: (!password.is_empty()).then(|| SecretString::from(password)),
        host,
        port,
        database: if database.is_empty() { "postgres".to_owned() } else { database },
        parameters,
    };
    if let Some(host) = url.parameter("host").filter(|it| !it.is_empty()).map(str::to_owned) {
        if host.contains(',') {
            return Err(UrlError::SeveralHosts);
        }
        url.host = host;
    }
    if url.host.is_empty() {
        "localhost".clone_into(&mut url.host);
    }
    Ok(url)
}

/// `host`, `host:port`, `[::1]`, `[::1]:port`, an encoded folder, or nothing.
fn read_endpoint(endpoint: &str) -> Result<(String, u16), UrlError> {
    if endpoint.contains(',') {
        return Err(UrlError::SeveralHosts);
    }
    let (host, port) = if let Some(rest) = endpoint.strip_prefix('[') {
        let (host, after) = rest.split_once(']').ok_or(UrlError::Brackets)?;
        match after.strip_prefix(':') {
            Some(port) => (host, port),
            None if after.is_empty() => (host, ""),
            None => return Err(UrlError::Port),
        }
    } else {
        endpoint.split_once(':').unwrap_or((endpoint, ""))
    };
    let port = match port {
        "" => 5432,
        digits => digits.parse().ok().filter(|it| *it > 0).ok_or(UrlError::Port)?,
    };
    let host = decode(host, "host")?;
    if host.contains(['[', ']']) {
        return Err(UrlError::Brackets);
    }
    Ok((host, port))
}

fn read_parameters(query: &str) -> Result<Vec<Parameter>, UrlError> {
    let mut parameters = Vec::new();
    for pair in query.split('&').filter(|it| !it.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        // In the query part a plus is a blank, as in a form; Prisma reads it so.
        let name = decode(&name.replace('+', " "), "parameters")?;
        let value = decode(&value.replace('+', " "), "parameters")?;
        let number = NUMBERS.iter().find(|it| **it == name);
        if let Some(parameter) = number
            && value.parse::<u64>().is_err()
        {
            return Err(UrlError::Number { parameter });
        }
        parameters.push(Parameter { name, value: SecretString::from(value) });
    }
    debug_assert!(parameters.iter().all(|it: &Parameter| !it.value.expose_secret().contains('\0')));
    Ok(parameters)
}

/// Percent-decoding; a `%` that is not followed by two hexadecimal digits stays as it is.
fn decode(text: &str, part: &'static str) -> Result<String, UrlError> {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let pair = bytes.get(at + 1..at + 3).and_then(|it| std::str::from_utf8(it).ok());
        match pair.and_then(|it| u8::from_str_radix(it, 16).ok()) {
            Some(byte) if bytes[at] == b'%' => {
                decoded.push(byte);
                at += 3;
            }
            _ => {
                decoded.push(bytes[at]);
                at += 1;
            }
        }
    }
    let decoded = String::from_utf8(decoded).map_err(|_| UrlError::NotText { part })?;
    if decoded.contains('\0') { Err(UrlError::NotText { part }) } else { Ok(decoded) }
}

/// Percent-encodes everything but the characters that need it nowhere (RFC 3986, 2.3).
pub(super) fn encode(text: &str) -> String {
    encode_except(text, b"")
}

/// The same for the value of a parameter, where a path stays readable.
pub(super) fn encode_value(text: &str) -> String {
    encode_except(text, b"/:,")
}

fn encode_except(text: &str, plain: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || plain.contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}
