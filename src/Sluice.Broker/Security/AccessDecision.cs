namespace Sluice.Broker.Security;

/// <summary>Whether somebody may do something, and why.</summary>
/// <param name="IsAllowed">The answer.</param>
/// <param name="Reason">What decided it.</param>
/// <param name="Entry">The ACL that decided it; null if it was none.</param>
internal readonly record struct AccessDecision(bool IsAllowed, AccessReason Reason, Sluice.Metadata.Acls.AccessControlEntry? Entry);
