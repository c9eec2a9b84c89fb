//! Logs: one stream on standard error, as text for people or as JSON lines for collectors.
//!
//! Owns how a log line looks and where it goes; refuses to know what is logged. Standard output
//! belongs to what commands print. Invariant: with `json` every line is one object, a panic's too.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::io::{IsTerminal, stderr};

use thiserror::Error;
use tracing::Subscriber;
use tracing_subscriber::filter::ParseError;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::{EnvFilter, fmt};

use crate::config::{LogFormat, LogSettings};

/// Why logging cannot start.
#[derive(Debug, Error)]
pub enum TelemetryError {
    /// The directives cannot be parsed.
    #[error(
        "setting `log.filter`: {filter:?} is not a list of directives like info,yueli=debug ({source})"
    )]
    Filter {
        /// As it was set.
        filter: String,
        /// Which directive.
        source: ParseError,
    },
    /// Called a second time in one process.
    #[error("logging has been started before")]
    StartedBefore,
}

/// Starts logging for the whole process, panics included.
pub fn start(settings: &LogSettings) -> Result<(), TelemetryError> {
    let subscriber = subscriber(settings, stderr, &stderr())?;
    tracing::subscriber::set_global_default(subscriber)
        .map_err(|_| TelemetryError::StartedBefore)?;
    std::panic::set_hook(Box::new(|panic| {
        let backtrace = Backtrace::capture();
        let backtrace = (backtrace.status() == BacktraceStatus::Captured).then_some(backtrace);
        tracing::error!(
            location = panic.location().map(tracing::field::display),
            backtrace = backtrace.map(tracing::field::display),
            "panicked: {}",
            panic
                .payload_as_str()
                .unwrap_or("with something that is no text"),
        );
    }));
    Ok(())
}

fn subscriber<W>(
    settings: &LogSettings,
    writer: W,
    coloured_for: &impl IsTerminal,
) -> Result<Box<dyn Subscriber + Send + Sync>, TelemetryError>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let filter = EnvFilter::try_new(&settings.filter).map_err(|source| TelemetryError::Filter {
        filter: settings.filter.clone(),
        source,
    })?;
    let lines = fmt()
        .with_env_filter(filter)
        .with_writer(writer)
        .with_ansi(coloured_for.is_terminal());
    Ok(match settings.format {
        LogFormat::Text => Box::new(lines.finish()),
        LogFormat::Json => Box::new(
            lines
                .json()
                .flatten_event(true)
                .with_span_list(false)
                .finish(),
        ),
    })
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl Write for Written {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    fn no_terminal() -> File {
        File::open("/dev/null").unwrap()
    }

    /// What the log says while `act` runs.
    fn logged(format: LogFormat, filter: &str, act: impl FnOnce()) -> String {
        let written = Written::default();
        let writer = {
            let written = written.clone();
            move || written.clone()
        };
        let settings = LogSettings {
            format,
            filter: filter.to_owned(),
        };
        let subscriber = subscriber(&settings, writer, &no_terminal()).unwrap();
        tracing::subscriber::with_default(subscriber, act);
        let bytes = written.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    fn say() {
        tracing::info_span!("request", id = "req_1").in_scope(|| {
            tracing::info!(endpoint = "whk_1", "the endpoint whk_1\nwas paused");
            tracing::debug!("unheard");
        });
    }

    #[test]
    fn json_is_one_object_a_line_with_fields_and_span() {
        let text = logged(LogFormat::Json, "info", say);
        assert_eq!(text.lines().count(), 1, "{text}");
        let line: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(line["level"], "INFO");
        assert_eq!(line["message"], "the endpoint whk_1\nwas paused");
        assert_eq!(line["endpoint"], "whk_1");
        assert_eq!(line["span"]["id"], "req_1");
    }

    #[test]
    fn text_has_level_span_and_fields() {
        let text = logged(LogFormat::Text, "info", say);
        assert!(
            text.contains(" INFO request{id=\"req_1\"}: yueli::telemetry::tests: "),
            "{text}"
        );
        assert!(
            text.contains("endpoint=\"whk_1\"") && !text.contains("unheard"),
            "{text}"
        );
    }

    #[test]
    fn the_filter_chooses_by_target() {
        assert!(logged(LogFormat::Text, "warn,yueli::telemetry=debug", say).contains("unheard"));
        assert_eq!(logged(LogFormat::Text, "warn", say), "");
    }

    #[test]
    fn a_wrong_filter_is_named() {
        let settings = LogSettings {
            format: LogFormat::Text,
            filter: "yueli=loud".to_owned(),
        };
        let error = subscriber(&settings, stderr, &no_terminal())
            .err()
            .unwrap()
            .to_string();
        assert!(
            error.starts_with("setting `log.filter`: \"yueli=loud\" is not"),
            "{error}"
        );
    }
}
