//! The variables and files under which a program is somebody at this fake cloud.
//!
//! Methods panic when the world has nobody of that name: a test's own mistake.

use std::{collections::BTreeMap, fs, io, path::Path, time::Duration};

use super::{
    Azure, access_token, pipelines,
    world::{App, AppCertificate, FEDERATED_AUDIENCE, Identity},
};

/// Names and values of environment variables.
pub type Environment = BTreeMap<&'static str, String>;

impl Azure {
    /// An application by its secret.
    ///
    /// # Panics
    /// When there is no such application, or it has no secret.
    #[must_use]
    pub fn environment_with_secret(&self, app: &str) -> Environment {
        let app = self.app(app);
        let secret = app.current_secret().expect("the application has a secret").expose().to_owned();
        self.environment_of(app.id(), [("AZURE_CLIENT_SECRET", secret)])
    }

    /// An application by its certificate; writes `NAME.pem` into the folder.
    ///
    /// # Errors
    /// When the folder cannot be written.
    ///
    /// # Panics
    /// When there is no such application, or it has no certificate.
    pub fn environment_with_certificate(&self, app: &str, folder: &Path) -> io::Result<Environment> {
        let found = self.app(app);
        let file = folder.join(format!("{app}.pem"));
        fs::write(&file, certificate_of(&found).pem())?;
        let path = file.display().to_string();
        Ok(self.environment_of(found.id(), [("AZURE_CLIENT_CERTIFICATE_PATH", path)]))
    }

    /// An application by its certificate as PKCS#12; writes `NAME.pfx` into the folder with `openssl`.
    ///
    /// # Errors
    /// When the folder cannot be written.
    ///
    /// # Panics
    /// When there is no such application, it has no certificate, or there is no `openssl`.
    pub fn environment_with_pkcs12(
        &self,
        app: &str,
        folder: &Path,
        password: &str,
    ) -> io::Result<Environment> {
        let found = self.app(app);
        let file = folder.join(format!("{app}.pfx"));
        fs::write(&file, certificate_of(&found).pkcs12(password))?;
        let variables = [
            ("AZURE_CLIENT_CERTIFICATE_PATH", file.display().to_string()),
            ("AZURE_CLIENT_CERTIFICATE_PASSWORD", password.to_owned()),
        ];
        Ok(self.environment_of(found.id(), variables))
    }

    /// An application by an issuer's token for the subject, as in a Kubernetes pod; writes
    /// `azure-identity-token` into the folder.
    ///
    /// # Errors
    /// When the folder cannot be written.
    ///
    /// # Panics
    /// When there is no such application or issuer.
    pub fn environment_with_federated_token(
        &self,
        app: &str,
        issuer: &str,
        subject: &str,
        folder: &Path,
    ) -> io::Result<Environment> {
        let issuer = self.issuer(issuer).expect("the issuer is part of the world");
        let file = folder.join("azure-identity-token");
        fs::write(&file, issuer.token(subject, FEDERATED_AUDIENCE, Duration::from_secs(3600)))?;
        let path = file.display().to_string();
        Ok(self.environment_of(self.app(app).id(), [("AZURE_FEDERATED_TOKEN_FILE", path)]))
    }

    /// An app of App Service; with a user-assigned identity when one is named.
    ///
    /// # Panics
    /// When there is no such identity, or the world has no App Service.
    #[must_use]
    pub fn environment_of_app_service(&self, identity: Option<&str>) -> Environment {
        let header = self.with_world(|world| world.identity_header.clone());
        let header = header.expect("the world has App Service").expose().to_owned();
        let mut environment = Environment::from([
            ("IDENTITY_ENDPOINT", format!("{}/msi/token", self.url())),
            ("IDENTITY_HEADER", header),
        ]);
        if let Some(name) = identity {
            environment.insert("AZURE_CLIENT_ID", self.identity(name).client_id().to_owned());
        }
        environment
    }

    /// A server that Azure Arc has connected.
    #[must_use]
    pub fn environment_of_arc(&self) -> Environment {
        Environment::from([("IDENTITY_ENDPOINT", self.metadata_url()), ("IMDS_ENDPOINT", self.url())])
    }

    /// A job of Azure Pipelines with a service connection for an application.
    ///
    /// # Panics
    /// When there is no such application, or the world has no job.
    #[must_use]
    pub fn environment_of_pipelines(&self, app: &str) -> Environment {
        let job = self.with_world(|world| world.pipelines.clone()).expect("the world has a job");
        let connection = job.connections.keys().next().expect("the job has a service connection");
        let (app, tenant) = (self.app(app), self.with_world(|world| world.tenant().to_owned()));
        let variables = [
            ("SYSTEM_OIDCREQUESTURI", format!("{}{}", self.url(), pipelines::PATH)),
            ("SYSTEM_ACCESSTOKEN", job.access_token.expose().to_owned()),
            ("AZURESUBSCRIPTION_CLIENT_ID", app.id().to_owned()),
            ("AZURESUBSCRIPTION_TENANT_ID", tenant),
            ("AZURESUBSCRIPTION_SERVICE_CONNECTION_ID", connection.clone()),
        ];
        self.environment_of(app.id(), variables)
    }

    /// Where a client of the metadata service must be sent instead of `http://169.254.169.254`.
    #[must_use]
    pub fn metadata_url(&self) -> String {
        format!("{}/metadata/identity/oauth2/token", self.url())
    }

    /// Where Azure Arc's key files are written.
    #[must_use]
    pub fn arc_folder(&self) -> &Path {
        self.state.key_files.folder()
    }

    /// An access token of anybody, as if Entra had just been asked.
    ///
    /// # Panics
    /// When there is no such principal.
    #[must_use]
    pub fn access_token(&self, principal: &str, resource: &str) -> String {
        let principal = self.with_world(|world| world.principal(principal));
        let principal = principal.expect("the principal is part of the world");
        let life = self.state.knobs.current().access_token_life;
        access_token::issue(&self.state, &principal, resource.trim_end_matches('/'), life).text
    }

    fn environment_of<const N: usize>(
        &self,
        client_id: &str,
        further: [(&'static str, String); N],
    ) -> Environment {
        let tenant = self.with_world(|world| world.tenant().to_owned());
        let mut environment = Environment::from([
            ("AZURE_AUTHORITY_HOST", self.url()),
            ("AZURE_TENANT_ID", tenant),
            ("AZURE_CLIENT_ID", client_id.to_owned()),
        ]);
        environment.extend(further);
        environment
    }

    fn app(&self, name: &str) -> App {
        self.with_world(|world| world.find_app(name).cloned()).expect("the application is part of the world")
    }

    fn identity(&self, name: &str) -> Identity {
        self.with_world(|world| world.find_identity(name).cloned())
            .expect("the identity is part of the world")
    }
}

fn certificate_of(app: &App) -> &AppCertificate {
    app.current_certificate().expect("the application has a certificate")
}
