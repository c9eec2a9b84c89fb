//! A new draft.

use serde_json::Value;

use super::{
    CommandError, Services,
    act::Outcome,
    answered,
    audit::{Audited, Trail, said},
    list_alike::alike_to,
    references::check_references,
    remember,
};
use crate::{
    domain::{
        activity::{Activity, Content, Draft},
        audit::Action,
        input::Faults,
        rights::{Deed, Reach},
        role::Caller,
        text::Slug,
    },
    ids::ActivityId,
    store::{self, idempotency::Key},
};

/// Makes a draft of what somebody sent.
///
/// # Errors
/// All faults of the input; when the caller may not write for the office named, or set a highlight.
pub async fn create_activity(
    services: &Services,
    caller: Caller,
    input: Value,
    key: Option<Key>,
) -> Result<Outcome, CommandError> {
    let trail = Trail::of(&caller, Action::ActivityCreate);
    services
        .audited(trail, async move |services, trail| {
            match transact(&services, trail.clone(), &caller, &input, key.as_ref()).await {
                // Somebody took the slug in between; by now that can be seen.
                Err(CommandError::Store(error)) if error.is_taken() => {
                    transact(&services, trail, &caller, &input, key.as_ref()).await
                }
                done => done,
            }
        })
        .await
}

async fn transact(
    services: &Services,
    trail: Trail,
    caller: &Caller,
    input: &Value,
    key: Option<&Key>,
) -> Result<Audited<Outcome>, CommandError> {
    let now = services.now();
    let mut faults = Faults::default();
    let draft = Draft::read(input, caller.role.own_office(), &mut faults);
    let tx = services.db.begin().await?;
    if let Some(outcome) = answered(&tx, key, now).await? {
        return Ok(Audited::unchanged(outcome));
    }
    if let Some(draft) = &draft {
        check_references(&tx, caller, &draft.content, None, &mut faults).await?;
        if let Some(slug) = &draft.slug
            && store::activities::slug_taken(&tx, slug).await?
        {
            faults.add("/slug", format!("{:?} is taken", slug.0));
        }
    }
    let draft = faults.check(draft)?;
    authorise(caller, &draft.content, false)?;
    let id = ActivityId::new(now);
    let slug = match draft.slug {
        Some(slug) => slug,
        None => free_slug(&tx, &draft.content, &id).await?,
    };
    let alike = alike_to(&tx, caller, &draft.content, None).await?;
    let authority = store::log::head(&tx).await?.authority;
    let activity = Activity::draft(id, &authority, slug, draft.content, now);
    store::activities::insert(&tx, &activity, now).await?;
    let outcome = Outcome {
        activity,
        version: 1,
        notice: None,
        warnings: alike.iter().map(ToString::to_string).collect(),
    };
    remember(&tx, key, &outcome).await?;
    let fields = said(&outcome.activity.content);
    let trail = trail.on(&outcome.activity.id);
    Ok(trail.commit(tx, services.now(), &fields, outcome).await?)
}

/// Whether a caller may write this content; `was_highlight` is what stood there before.
///
/// # Errors
/// When it belongs to another office, or a district's office sets `highlight`.
pub fn authorise(
    caller: &Caller,
    content: &Content,
    was_highlight: bool,
) -> Result<(), CommandError> {
    let forbidden = |what: String| {
        Err(CommandError::Forbidden {
            role: caller.role,
            what,
        })
    };
    if !caller.role.acts_for(content.office) {
        return forbidden(format!(
            "write for the office {:?}",
            content.office.to_string()
        ));
    }
    if content.highlight != was_highlight && caller.role.reach(Deed::SetHighlight) != Reach::All {
        return forbidden("set highlight; the organising office does".to_owned());
    }
    Ok(())
}

/// A slug of the title that nobody has, with the id's end where the title gives none or it is taken.
pub(crate) async fn free_slug(
    tx: &impl sea_orm::ConnectionTrait,
    content: &Content,
    id: &ActivityId,
) -> Result<Slug, CommandError> {
    let title = content.title.en.as_deref().unwrap_or(&content.title.zh);
    let tail = id.as_str()[id.as_str().len() - 8..].to_ascii_lowercase();
    match Slug::of_title(title) {
        Some(slug) if !store::activities::slug_taken(tx, &slug).await? => Ok(slug),
        Some(slug) => Ok(Slug(format!("{}-{tail}", slug.0))),
        None => Ok(Slug(format!("{}-{tail}", content.edition))),
    }
}
