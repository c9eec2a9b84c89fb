//! The whole program put together.
//!
//! Owns the order of starting and stopping; refuses to know what any part does.
//! Invariant: it listens before it says so, and says so once; what it acknowledged is on disk when it stops.

use std::{fs::File, net::SocketAddr, path::PathBuf, sync::Arc};

use anyhow::{Context, anyhow};
use chrono::{DateTime, Utc};
use tokio::{net::TcpListener, runtime::Handle, task::JoinSet};
use tokio_util::sync::CancellationToken;

use crate::{
    catalogue::Catalogue,
    clock::Clock,
    commands::Services,
    config::{Role, Settings},
    deliver::{self, Courier, Hub},
    guard::Guard,
    http::{self, Pages, Streams, Web},
    ids::InstanceId,
    links::Links,
    metrics::Metrics,
    publish::Publisher,
    sightings::Sightings,
    store::{self, Db},
    worker,
};

mod files;
mod secrets;

pub use secrets::keys;

/// A program that is ready to serve.
#[derive(Debug)]
pub struct App {
    /// Commands and the catalogue.
    pub services: Services,
    settings: Arc<Settings>,
    metrics: Arc<Metrics>,
    instance: InstanceId,
    listener: TcpListener,
    address: SocketAddr,
    _lock: Option<File>,
}

/// Opens the database, brings its schema up to date and begins its log: all that most commands need.
///
/// # Errors
/// When the database does not open or migrate.
pub async fn database(settings: &Settings, now: DateTime<Utc>) -> anyhow::Result<Db> {
    let db = Db::open(settings.database_url.expose()).await?;
    db.migrate()
        .await
        .context("the schema cannot be brought up to date")?;
    let tx = db.begin().await?;
    store::log::ensure_head(&tx, &authority(settings), now).await?;
    tx.commit().await?;
    Ok(db)
}

/// Opens the database and loads the programme, which takes as long as the log is: for whoever shows it.
///
/// # Errors
/// When the database does not open, migrate or load.
pub async fn services(
    settings: &Settings,
    clock: Arc<dyn Clock>,
    base_url: &str,
) -> anyhow::Result<Services> {
    let db = database(settings, clock.now()).await?;
    let vault = secrets::vault(settings)?;
    secrets::seal(&db, &vault).await?;
    let catalogue = Arc::new(
        Catalogue::load(&db)
            .await
            .context("the programme cannot be loaded")?,
    );
    Ok(Services {
        db,
        clock,
        catalogue,
        links: Links::new(base_url),
        vault: Arc::new(vault),
    })
}

/// The host in uids and tag URIs: that of the public address, fixed in the database at the first start.
fn authority(settings: &Settings) -> String {
    settings
        .public_base_url
        .as_deref()
        .and_then(|url| url::Url::parse(url).ok())
        .and_then(|url| url.host_str().map(str::to_owned))
        .unwrap_or_else(|| "localhost".to_owned())
}

/// The lock that keeps a second process from serving the same SQLite file; given back when it is dropped. It is taken
/// before the file is opened, so that a newer program does not change the schema under a running one.
fn lock(database_url: &str) -> anyhow::Result<Option<File>> {
    let Some(file) = Db::sqlite_file(database_url) else {
        return Ok(None);
    };
    if let Some(folder) = file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("cannot make the folder {}", folder.display()))?;
    }
    // By its real place: a link to the file is the same database.
    let file = file.canonicalize().unwrap_or(file);
    let mut path = file.clone().into_os_string();
    path.push(".lock");
    let path = PathBuf::from(path);
    let lock = File::create(&path).with_context(|| format!("cannot make {}", path.display()))?;
    match lock.try_lock() {
        Ok(()) => Ok(Some(lock)),
        Err(_) => Err(anyhow!(
            "another process serves {} already; several instances need PostgreSQL",
            file.display()
        )),
    }
}

impl App {
    /// Binds the address and makes everything ready.
    ///
    /// # Errors
    /// When the address is taken, the settings do not fit it, or the database does not open.
    pub async fn build(settings: Settings, clock: Arc<dyn Clock>) -> anyhow::Result<Self> {
        let listener = TcpListener::bind(settings.listen)
            .await
            .with_context(|| format!("cannot listen on {}", settings.listen))?;
        let address = listener.local_addr()?;
        let base_url = settings.base_url(address)?;
        let lock = lock(settings.database_url.expose())?;
        let services = services(&settings, clock, &base_url).await?;
        if services.db.backend() == sea_orm::DbBackend::Postgres {
            // Before anything is dispatched by what is shown here alone.
            services.catalogue.standing().among_others();
        }
        Ok(Self {
            instance: InstanceId::new(services.now()),
            services,
            settings: Arc::new(settings),
            metrics: Arc::new(Metrics::new()),
            listener,
            address,
            _lock: lock,
        })
    }

    /// The address it listens on.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `stop` is cancelled, then ends what is under way within the grace period.
    ///
    /// # Errors
    /// When serving fails.
    pub async fn serve(self, stop: CancellationToken) -> anyhow::Result<()> {
        let guard = Arc::new(Guard::new(&self.settings.webhooks, Some(self.address))?);
        let sources = Arc::new(guard.apart());
        let courier = Arc::new(Courier::new(
            guard,
            Arc::clone(&self.services.clock),
            Arc::clone(&self.metrics),
        ));
        let publisher = Arc::new(Publisher::new(
            Arc::clone(&self.services.catalogue),
            self.services.links.clone(),
            self.settings.programme.clone(),
            self.settings.cache.feeds_bytes,
            Arc::clone(&self.metrics),
        ));
        let hub = Arc::new(Hub::new(
            self.services.clone(),
            Arc::clone(&courier),
            stop.clone(),
        ));
        let sightings = Arc::new(Sightings::default());
        let web = Web {
            streams: Arc::new(Streams::new(
                files::raise_limit(),
                Arc::clone(&self.metrics),
            )),
            stop: stop.clone(),
            hub: Arc::clone(&hub),
            pages: Arc::new(Pages::new(self.settings.cache.pages_bytes)),
            saves: Arc::default(),
            quick: Arc::default(),
            sightings: Arc::clone(&sightings),
            courier: Arc::clone(&courier),
            sources: Arc::clone(&sources),
            services: self.services.clone(),
            settings: Arc::clone(&self.settings),
            metrics: Arc::clone(&self.metrics),
            publisher: Arc::clone(&publisher),
        };
        let front = if self.settings.has_role(Role::Web) {
            http::Front::whole(web, Handle::current())
        } else {
            // A worker alone is watched like any other.
            http::Front::operations(web, Handle::current())
        };
        let serving = http::threads::start(self.listener, &front, stop.clone())
            .context("cannot start the threads that serve connections")?;
        let running = worker::start(
            &self.services,
            &self.settings,
            &self.metrics,
            &sightings,
            &sources,
            &self.instance,
            &stop,
        );
        // Dropping it, when the grace is over, loses nothing: what was not recorded is sent again.
        let mut delivering = JoinSet::new();
        if self.settings.has_role(Role::Worker) {
            delivering.spawn(deliver::run(
                self.services.clone(),
                publisher,
                courier,
                self.settings.webhooks.clone(),
                self.instance.clone(),
                stop.clone(),
            ));
        }
        let grace = self.settings.shutdown_grace;
        let overdue = async {
            stop.cancelled().await;
            tokio::time::sleep(grace).await;
        };
        let ended = async {
            let delivered = async {
                let delivered = delivering.join_next().await;
                let broke = !stop.is_cancelled() && delivered.is_some();
                if broke {
                    stop.cancel();
                }
                broke
            };
            let (served, broke) = tokio::join!(serving.ended(), delivered);
            running.ended().await;
            hub.ended().await;
            // What was answered to the last.
            worker::sightings::write(&self.services, &sightings).await;
            match broke {
                true => Err(anyhow!("deliveries ended by themselves")),
                false => served.map_err(anyhow::Error::from),
            }
        };
        let served = tokio::select! {
            served = ended => served,
            () = overdue => {
                tracing::warn!("work was still under way after {} s; it was cut off", grace.as_secs());
                Ok(())
            }
        };
        self.services.db.close().await;
        served
    }
}
