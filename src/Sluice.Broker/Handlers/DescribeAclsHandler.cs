using Sluice.Broker.Requests;
using Sluice.Metadata.Acls;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// DescribeAcls, key 29, v1–v3.
// Lists the ACLs that a filter lets through, by resource (KIP-140). v1 prefixed ACLs (KIP-290). v3 users as resources (KIP-373).
// SECURITY_DISABLED where no authorizer is set: ACLs that a takeover brought are there then, and not acted upon.
internal sealed class DescribeAclsHandler(BrokerServices services) : ApiHandler<DescribeAclsRequest, DescribeAclsResponse>
{
    protected override ValueTask HandleAsync(
        DescribeAclsRequest request, DescribeAclsResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        context.RequireCluster(AclOperation.Describe);
        var filter = new AclFilter(
            (AclResourceType)request.ResourceTypeFilter, (AclPatternType)request.PatternTypeFilter, request.ResourceNameFilter, request.PrincipalFilter,
            request.HostFilter, (AclOperation)request.Operation, (AclPermission)request.PermissionType);
        (response.ErrorCode, response.ErrorMessage) = !context.IsAuthorizing ? (ErrorCode.SecurityDisabled, AclRequests.NoAuthorizer)
            : filter.Validate() is { } problem ? (ErrorCode.InvalidRequest, problem)
            : (ErrorCode.None, "");
        if (response.ErrorCode != ErrorCode.None) return ValueTask.CompletedTask;
        foreach (IGrouping<AclResource, AccessControlEntry> resource in services.Store.Current.Acls.Find(filter).GroupBy(static entry => entry.Resource))
        {
            DescribeAclsResponse.DescribeAclsResource entry = response.Resources.Add();
            entry.ResourceType = (sbyte)resource.Key.Type;
            entry.ResourceName = resource.Key.Name;
            entry.PatternType = (sbyte)resource.Key.PatternType;
            foreach (AccessControlEntry acl in resource)
            {
                DescribeAclsResponse.AclDescription described = entry.Acls.Add();
                described.Principal = acl.Principal;
                described.Host = acl.Host;
                described.Operation = (sbyte)acl.Operation;
                described.PermissionType = (sbyte)acl.Permission;
            }
        }
        return ValueTask.CompletedTask;
    }

    protected override void Fail(DescribeAclsRequest request, DescribeAclsResponse response, ErrorCode error) =>
        (response.ErrorCode, response.ErrorMessage) = (error, ErrorCodes.Meaning(error));
}
