//! The AWS wire as moto understands it, which nobody here wrote.
//!
//! Its passwords ended in 2015, so a good request is one that brings this very answer.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
};

use shorepass_tests::bed::{Bed, Said};

use crate::ECR;

#[test]
fn moto_takes_our_signature_and_its_password_of_2015_is_refused() {
    let moto = Moto::start();
    let [id, secret] = moto.keys();

    let private = get(&moto, &id, &secret);

    assert_eq!(private.code, 1, "{private:?}");
    assert!(
        private.stdout.contains(": ECR gave a credential that ended at 2015-01-01T00:00:00Z, while it is 20"),
        "{}",
        private.stdout
    );
    assert!(private.stdout.trim_end().ends_with("`timedatectl`"), "{}", private.stdout);
}

#[test]
fn moto_takes_the_signature_of_a_role_session_too() {
    let moto = Moto::start();
    let [id, secret] = moto.keys();

    let said = get_by_role(&moto, &id, &secret);

    assert!(said.stdout.contains("ECR gave a credential that ended at 2015"), "{said:?}");
}

/// Moto says so in a form that is none of AWS's, with one element too many, and in XML where AWS speaks JSON.
#[test]
fn moto_refuses_wrong_keys_and_we_pass_no_secret_on() {
    let moto = Moto::start();
    let [id, secret] = moto.keys();

    for (upstream, said) in [
        ("STS", get_by_role(&moto, &id, "canary")),
        ("STS", get_by_role(&moto, "AKIACANARYCANARYCANA", &secret)),
        ("ECR", get(&moto, &id, "canary")),
        ("ECR", get(&moto, "AKIACANARYCANARYCANA", &secret)),
    ] {
        let words = format!(": {upstream} answered HTTP 403, but not in the form of AWS; if a proxy stands");
        assert!(said.stdout.contains(&words), "{said:?}");
        assert_eq!((said.code, &said.stdout), (1, &said.stderr));
        assert!(!said.stdout.contains("canary") && !said.stdout.contains(&secret), "{said:?}");
    }
}

fn get(moto: &Moto, id: &str, secret: &str) -> Said {
    bed(moto, id, secret).helper("get", ECR)
}

fn get_by_role(moto: &Moto, id: &str, secret: &str) -> Said {
    let bed = bed(moto, id, secret);
    bed.configure(&format!(
        "[identity.role]\ntype = \"aws\"\nrole_arn = \"arn:aws:iam::123456789012:role/puller\"\n\
         external_id = \"x\"\nduration = \"15m\"\n[[registry]]\nmatch = \"{ECR}\"\nidentity = \"role\"\n"
    ));
    bed.helper("get", ECR)
}

fn bed(moto: &Moto, id: &str, secret: &str) -> Bed {
    let mut bed = Bed::new();
    bed.set("AWS_ENDPOINT_URL", &format!("http://{}", moto.address));
    bed.set("AWS_ACCESS_KEY_ID", id).set("AWS_SECRET_ACCESS_KEY", secret);
    bed
}

/// A moto server that verifies signatures once it has been set up.
struct Moto {
    server: Child,
    address: String,
}

impl Moto {
    fn start() -> Self {
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join(".bed/python/bin/moto_server");
        assert!(program.is_file(), "moto is missing; to install it, run `sh tests/install/run.sh`");
        let mut server = Command::new(program)
            .args(["-H", "127.0.0.1", "-p", "0"])
            .env("INITIAL_NO_AUTH_ACTION_COUNT", SETUP.len().to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(server.stderr.take().unwrap()).lines().map_while(Result::ok);
        let address = lines.find_map(|line| Some(line.split_once("Running on http://")?.1.trim().to_owned()));
        // Its log must have somewhere to go.
        std::thread::spawn(move || lines.for_each(drop));
        Self { server, address: address.expect("moto says where it listens") }
    }

    /// A user who may do everything; from here on every request must be signed.
    fn keys(&self) -> [String; 2] {
        let replies = SETUP.map(|form| self.ask(form));
        ["AccessKeyId", "SecretAccessKey"].map(|element| between(&replies[4], element))
    }

    fn ask(&self, form: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let request = format!(
            "POST / HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Length: {}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nAuthorization: AWS4-HMAC-SHA256 \
             Credential=x/20260101/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=x\r\n\r\n{form}",
            self.address,
            form.len()
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut reply = String::new();
        stream.read_to_string(&mut reply).unwrap();
        assert!(reply.contains(" 200 "), "{reply}");
        reply
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

fn between(text: &str, element: &str) -> String {
    let (_, rest) = text.split_once(&format!("<{element}>")).unwrap_or_else(|| panic!("no keys: {text}"));
    rest.split('<').next().unwrap_or_default().to_owned()
}

const SETUP: [&str; 5] = [
    "Action=CreateUser&Version=2010-05-08&UserName=u",
    "Action=PutUserPolicy&Version=2010-05-08&UserName=u&PolicyName=p&PolicyDocument=%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%22%2A%22%2C%22Resource%22%3A%22%2A%22%7D%5D%7D",
    "Action=CreateRole&Version=2010-05-08&RoleName=puller&AssumeRolePolicyDocument=%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Principal%22%3A%7B%22AWS%22%3A%22%2A%22%7D%2C%22Action%22%3A%22sts%3AAssumeRole%22%7D%5D%7D",
    "Action=PutRolePolicy&Version=2010-05-08&RoleName=puller&PolicyName=p&PolicyDocument=%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%22%2A%22%2C%22Resource%22%3A%22%2A%22%7D%5D%7D",
    "Action=CreateAccessKey&Version=2010-05-08&UserName=u",
];
