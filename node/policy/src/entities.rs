//! Facts as Cedar's request and entities.
//!
//! Three entities describe a request: the principal, with its lists, roles and tenant as direct parents (a ring has its list, a member of a group its group), the action
//! with its groups, and the resource. Values are built as Cedar values, never as text.

use std::collections::{BTreeSet, HashMap};

use cedar_policy::{
    Context, Entities, Entity, EntityTypeName, EntityUid, Request, RestrictedExpression as Value,
};

use crate::facts::{Facts, Principal, Resource};
use crate::schema::{self, Scope, Types, uid};

/// A Cedar request with the entities it speaks of, or why the facts do not fit the action.
pub(crate) fn request(facts: &Facts, scope: &Scope) -> Result<(Request, Entities), String> {
    let types = &schema::prepared().types;
    let (principal_type, principal_id) = principal_name(types, &facts.principal);
    let (resource_type, resource_id, attributes) = resource(types, facts);
    if !scope.principals.contains(principal_type) {
        return Err(format!("it is not for a principal of type {principal_type}"));
    }
    if !scope.resources.contains(resource_type) {
        return Err(format!("it is not about a resource of type {resource_type}"));
    }
    let principal = uid(principal_type, principal_id);
    let resource = uid(resource_type, resource_id);
    let entities = [
        scope.entity.clone(),
        principal_entity(types, facts, principal.clone())?,
        entity(resource.clone(), attributes)?,
    ];
    let entities = Entities::from_entities(entities, None).map_err(|e| e.to_string())?;
    let context = context(types, &facts.context)?;
    let request =
        Request::new(principal, scope.uid.clone(), resource, context, None).map_err(|e| e.to_string())?;
    Ok((request, entities))
}

fn principal_name<'a>(types: &'a Types, principal: &'a Principal) -> (&'a EntityTypeName, &'a str) {
    match principal {
        Principal::Did(did) => (&types.did, did),
        Principal::Ring(name) => (&types.ring, name),
        Principal::GroupMember(group) => (&types.group_member, group),
        Principal::Proposal(id) => (&types.proposal, id),
        Principal::Guest => (&types.guest, "guest"),
    }
}

fn principal_entity(types: &Types, facts: &Facts, principal: EntityUid) -> Result<Entity, String> {
    let lists = facts.lists.iter().map(|list| uid(&types.list, list));
    match &facts.principal {
        Principal::Did(_) => {}
        Principal::Ring(_) => return Ok(Entity::new_no_attrs(principal, lists.collect())),
        Principal::GroupMember(group) => {
            return Ok(Entity::new_no_attrs(principal, [uid(&types.group, group)].into()));
        }
        Principal::Proposal(_) | Principal::Guest => return Ok(Entity::with_uid(principal)),
    }
    let roles = facts.roles.iter().map(|(list, role)| uid(&types.role, &role_name(list, role)));
    let tenant = facts.tenant.iter().map(|tenant| uid(&types.tenant, tenant));
    let attributes = [
        attribute("accreditations", strings(&facts.accreditations)),
        attribute("scopes", strings(&facts.scopes)),
    ];
    let tags = facts.attributes.iter().map(|(name, value)| (name.clone(), Value::new_string(value.clone())));
    Entity::new_with_tags(principal, attributes, lists.chain(roles).chain(tenant), tags)
        .map_err(|e| e.to_string())
}

/// The type, name and attributes of the resource, as the schema declares them.
fn resource<'a>(types: &'a Types, facts: &'a Facts) -> (&'a EntityTypeName, &'a str, Vec<(String, Value)>) {
    let did = |did: &str| Value::new_entity_uid(uid(&types.did, did));
    let dids = |dids: &BTreeSet<String>| Value::new_set(dids.iter().map(|each| did(each)));
    let tenant_of = |tenant: &str| Value::new_entity_uid(uid(&types.tenant, tenant));
    match &facts.resource {
        Resource::Network => (&types.network, &facts.context.network, Vec::new()),
        Resource::Document { did: id, controllers } => (
            &types.document,
            id,
            vec![attribute("did", did(id)), attribute("controllers", dids(controllers))],
        ),
        Resource::Group { name, manager, openers } => (
            &types.group,
            name,
            vec![attribute("manager", did(manager)), attribute("openers", dids(openers))],
        ),
        Resource::StatusList { id, owner } => (&types.status_list, id, vec![attribute("owner", did(owner))]),
        Resource::Accreditation { subject, credential_types } => (
            &types.accreditation,
            subject,
            vec![attribute("subject", did(subject)), attribute("credentialTypes", strings(credential_types))],
        ),
        Resource::Node { did: id, role } => {
            let role = Value::new_entity_uid(uid(&types.role, &role_name(NODES, role)));
            (&types.node, id, vec![attribute("did", did(id)), attribute("role", role)])
        }
        Resource::Endpoint { id, tenant, issuer, issuer_accreditations, credential_types } => {
            let known = [
                attribute("tenant", tenant_of(tenant)),
                attribute("issuerAccreditations", strings(issuer_accreditations)),
                attribute("credentialTypes", strings(credential_types)),
            ];
            let issuer = issuer.iter().map(|issuer| attribute("issuer", did(issuer)));
            (&types.endpoint, id, known.into_iter().chain(issuer).collect())
        }
        Resource::ApiKey { id, tenant, owner } => {
            (&types.api_key, id, vec![attribute("tenant", tenant_of(tenant)), attribute("owner", did(owner))])
        }
    }
}

/// The list that gives nodes their roles.
const NODES: &str = "nodes";

/// `<list>/<role>`, injective: a `/` inside either part is escaped.
fn role_name(list: &str, role: &str) -> String {
    let escape = |part: &str| part.replace('%', "%25").replace('/', "%2F");
    format!("{}/{}", escape(list), escape(role))
}

fn context(types: &Types, context: &crate::facts::Context) -> Result<Context, String> {
    // Cedar's integers are i64; a height or time beyond that never occurs, and then counts as the largest.
    let long = |n: u64| Value::new_long(i64::try_from(n).unwrap_or(i64::MAX));
    let network = Value::new_entity_uid(uid(&types.network, &context.network));
    let pairs = [
        attribute("network", network),
        attribute("height", long(context.height)),
        attribute("time", long(context.time_ms)),
    ];
    Context::from_pairs(pairs).map_err(|e| e.to_string())
}

fn entity(uid: EntityUid, attributes: Vec<(String, Value)>) -> Result<Entity, String> {
    let attributes: HashMap<_, _> = attributes.into_iter().collect();
    Entity::new(uid, attributes, Default::default()).map_err(|e| e.to_string())
}

fn attribute(name: &str, value: Value) -> (String, Value) {
    (name.to_owned(), value)
}

fn strings(values: &BTreeSet<String>) -> Value {
    Value::new_set(values.iter().map(|value| Value::new_string(value.clone())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn role_names_are_injective() {
        assert_eq!(role_name("nodes", "validator"), "nodes/validator");
        assert_ne!(role_name("a/b", "c"), role_name("a", "b/c"));
        assert_ne!(role_name("a%2Fb", "c"), role_name("a/b", "c"));
    }
}
