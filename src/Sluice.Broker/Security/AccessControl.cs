using Microsoft.Extensions.Logging;
using Sluice.Metadata;
using Sluice.Metadata.Acls;

namespace Sluice.Broker.Security;

/// <summary>The broker's authorizer: the rules of its settings over the ACLs that the metadata has now.</summary>
/// <remarks>Any thread. A commit of ACLs that was answered is seen by every check after it.</remarks>
/// <param name="store">Has the ACLs.</param>
/// <param name="settings">Null if everybody may do everything.</param>
/// <param name="time">For the rate of what is logged.</param>
/// <param name="logger">Gets a line for each access that is denied.</param>
internal sealed class AccessControl(IMetadataStore store, AuthorizationSettings? settings, TimeProvider time, ILogger logger)
{
    private volatile Authorizer? _current;

    /// <summary>Whether anything is checked.</summary>
    public bool IsEnabled => settings is not null;

    /// <summary>Where decisions are written down.</summary>
    public AccessAudit Audit { get; } = new(time, logger);

    /// <summary>Who decides now; null if everybody may do everything.</summary>
    public Authorizer? Current
    {
        get
        {
            if (settings is null) return null;
            AclImage acls = store.Current.Acls;
            Authorizer? current = _current;
            // Two threads may both make one; they are equal.
            return current is not null && ReferenceEquals(current.Acls, acls) ? current : _current = new Authorizer(acls, settings.SuperUsers, settings.AllowIfNoAcl);
        }
    }
}
