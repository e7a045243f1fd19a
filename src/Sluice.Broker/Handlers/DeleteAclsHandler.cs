using Sluice.Broker.Requests;
using Sluice.Metadata;
using Sluice.Metadata.Acls;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// DeleteAcls, key 31, v1–v3.
// Deletes the ACLs that filters let through, and tells which they were; not acted upon any more when this answers. Versions: see DescribeAcls.
internal sealed class DeleteAclsHandler(BrokerServices services) : ApiHandler<DeleteAclsRequest, DeleteAclsResponse>
{
    protected override async ValueTask HandleAsync(
        DeleteAclsRequest request, DeleteAclsResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        context.RequireCluster(AclOperation.Alter);
        if (!context.IsAuthorizing)
        {
            Refuse(request, response, ErrorCode.SecurityDisabled, AclRequests.NoAuthorizer);
            return;
        }
        if (request.Filters.Count > AclRequests.AclsPerRequestMax)
        {
            Refuse(request, response, ErrorCode.InvalidRequest, $"At most {AclRequests.AclsPerRequestMax} filters can be in one request.");
            return;
        }
        AclFilter[] filters = [.. request.Filters.Select(static filter => new AclFilter(
            (AclResourceType)filter.ResourceTypeFilter, (AclPatternType)filter.PatternTypeFilter, filter.ResourceNameFilter, filter.PrincipalFilter,
            filter.HostFilter, (AclOperation)filter.Operation, (AclPermission)filter.PermissionType))];
        bool areTooMany = false;
        await services.Store.UpdateAsync(
            image =>
            {
                response.FilterResults.Clear();
                HashSet<AccessControlEntry> found = [];
                int matchingCount = 0;
                foreach (AclFilter filter in filters) matchingCount += Find(filter, image.Acls, AclRequests.AclsPerRequestMax - matchingCount, response.FilterResults.Add(), found);
                areTooMany = matchingCount > AclRequests.AclsPerRequestMax;
                return found.Count == 0 || areTooMany ? [] : [new AclsDeleted([.. found])];
            },
            cancellationToken).ConfigureAwait(false);
        if (!areTooMany) return;
        response.Reset();
        Refuse(request, response, ErrorCode.InvalidRequest, $"At most {AclRequests.AclsPerRequestMax} ACLs can be deleted by one request; nothing was deleted.");
    }

    protected override void Fail(DeleteAclsRequest request, DeleteAclsResponse response, ErrorCode error) => Refuse(request, response, error, ErrorCodes.Meaning(error));

    /// <returns>How many match; at most one more than <paramref name="countMax"/>, which the answer need not name then.</returns>
    private static int Find(AclFilter filter, AclImage acls, int countMax, DeleteAclsResponse.DeleteAclsFilterResult result, HashSet<AccessControlEntry> found)
    {
        if (filter.Validate() is { } problem)
        {
            result.ErrorCode = ErrorCode.InvalidRequest;
            result.ErrorMessage = problem;
            return 0;
        }
        result.ErrorMessage = null;
        int count = 0;
        foreach (AccessControlEntry acl in acls.Find(filter))
        {
            if (++count > countMax) return count;
            found.Add(acl);
            DeleteAclsResponse.DeleteAclsMatchingAcl matching = result.MatchingAcls.Add();
            matching.ErrorMessage = null;
            matching.ResourceType = (sbyte)acl.ResourceType;
            matching.ResourceName = acl.ResourceName;
            matching.PatternType = (sbyte)acl.PatternType;
            matching.Principal = acl.Principal;
            matching.Host = acl.Host;
            matching.Operation = (sbyte)acl.Operation;
            matching.PermissionType = (sbyte)acl.Permission;
        }
        return count;
    }

    private static void Refuse(DeleteAclsRequest request, DeleteAclsResponse response, ErrorCode error, string? message)
    {
        for (int i = 0; i < request.Filters.Count; i++)
        {
            DeleteAclsResponse.DeleteAclsFilterResult result = response.FilterResults.Add();
            result.ErrorCode = error;
            result.ErrorMessage = message;
        }
    }
}
