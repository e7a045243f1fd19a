using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Client.Admin;

// Who may do what.
public sealed partial class AdminClient
{
    /// <summary>Lists ACLs.</summary>
    /// <param name="query">Which.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Ordered by what they are about, then by principal.</returns>
    /// <exception cref="KafkaException">The broker has no authorizer (<see cref="ErrorCode.SecurityDisabled"/>), or they must not be seen.</exception>
    public async Task<IReadOnlyList<Acl>> ListAclsAsync(AclQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        var request = new DescribeAclsRequest
        {
            ResourceTypeFilter = (sbyte)query.ResourceType,
            PatternTypeFilter = (sbyte)query.PatternType,
            ResourceNameFilter = query.ResourceName,
            PrincipalFilter = query.Principal,
            HostFilter = query.Host,
            Operation = (sbyte)query.Operation,
            PermissionType = (sbyte)query.Permission,
        };
        KafkaConnection connection = await _cluster.AnyAsync(cancellationToken).ConfigureAwait(false);
        DescribeAclsResponse response = await connection.SendAsync(request, null, cancellationToken).ConfigureAwait(false);
        ThrowIfError(response.ErrorCode, response.ErrorMessage, "ACLs");
        return Sort(response.Resources.SelectMany(static resource => resource.Acls.Select(acl => new Acl(
            (AclResourceType)resource.ResourceType, (AclPatternType)resource.PatternType, resource.ResourceName, acl.Principal, acl.Host,
            (AclOperation)acl.Operation, (AclPermission)acl.PermissionType))));
    }

    /// <summary>Makes ACLs. Those that are there already are no mistake.</summary>
    /// <param name="acls">Which.</param>
    /// <param name="cancellationToken">Gives up waiting; they may be made then.</param>
    /// <exception cref="KafkaException">The broker refused one; others may be made.</exception>
    public async Task CreateAclsAsync(IReadOnlyList<Acl> acls, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(acls);
        var request = new CreateAclsRequest();
        foreach (Acl acl in acls)
        {
            CreateAclsRequest.AclCreation creation = request.Creations.Add();
            creation.ResourceType = (sbyte)acl.ResourceType;
            creation.ResourcePatternType = (sbyte)acl.PatternType;
            creation.ResourceName = acl.ResourceName;
            creation.Principal = acl.Principal;
            creation.Host = acl.Host;
            creation.Operation = (sbyte)acl.Operation;
            creation.PermissionType = (sbyte)acl.Permission;
        }

        await SendToControllerAsync(
            request,
            response =>
            {
                for (int i = 0; i < response.Results.Count; i++)
                    ThrowIfError(response.Results[i].ErrorCode, response.Results[i].ErrorMessage, $"ACL for {acls[i].Principal}");
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Deletes ACLs.</summary>
    /// <param name="query">Which.</param>
    /// <param name="cancellationToken">Gives up waiting; they may be gone then.</param>
    /// <returns>Those that were deleted, ordered as by <see cref="ListAclsAsync"/>.</returns>
    /// <exception cref="KafkaException">The broker refused.</exception>
    public async Task<IReadOnlyList<Acl>> DeleteAclsAsync(AclQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        var request = new DeleteAclsRequest();
        DeleteAclsRequest.DeleteAclsFilter filter = request.Filters.Add();
        filter.ResourceTypeFilter = (sbyte)query.ResourceType;
        filter.PatternTypeFilter = (sbyte)query.PatternType;
        filter.ResourceNameFilter = query.ResourceName;
        filter.PrincipalFilter = query.Principal;
        filter.HostFilter = query.Host;
        filter.Operation = (sbyte)query.Operation;
        filter.PermissionType = (sbyte)query.Permission;
        DeleteAclsResponse response = await SendToControllerAsync(
            request,
            static response => ThrowIfError(response.FilterResults[0].ErrorCode, response.FilterResults[0].ErrorMessage, "ACLs"),
            cancellationToken).ConfigureAwait(false);
        foreach (DeleteAclsResponse.DeleteAclsMatchingAcl acl in response.FilterResults[0].MatchingAcls) ThrowIfError(acl.ErrorCode, acl.ErrorMessage, $"ACL for {acl.Principal}");
        return Sort(response.FilterResults[0].MatchingAcls.Select(static acl => new Acl(
            (AclResourceType)acl.ResourceType, (AclPatternType)acl.PatternType, acl.ResourceName, acl.Principal, acl.Host,
            (AclOperation)acl.Operation, (AclPermission)acl.PermissionType)));
    }

    private static Acl[] Sort(IEnumerable<Acl> acls) =>
    [
        .. acls.OrderBy(static acl => acl.ResourceType).ThenBy(static acl => acl.ResourceName, StringComparer.Ordinal).ThenBy(static acl => acl.PatternType)
            .ThenBy(static acl => acl.Principal, StringComparer.Ordinal).ThenBy(static acl => acl.Host, StringComparer.Ordinal)
            .ThenBy(static acl => acl.Permission).ThenBy(static acl => acl.Operation),
    ];
}
