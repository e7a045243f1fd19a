using Sluice.Broker.Requests;
using Sluice.Metadata;
using Sluice.Metadata.Acls;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// CreateAcls, key 30, v1–v3.
// Makes ACLs, each succeeding or failing alone; acted upon when this answers. One that is there already is no mistake. Versions: see DescribeAcls.
internal sealed class CreateAclsHandler(BrokerServices services) : ApiHandler<CreateAclsRequest, CreateAclsResponse>
{
    protected override async ValueTask HandleAsync(
        CreateAclsRequest request, CreateAclsResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        context.RequireCluster(AclOperation.Alter);
        if (!context.IsAuthorizing)
        {
            Refuse(request, response, ErrorCode.SecurityDisabled, AclRequests.NoAuthorizer);
            return;
        }
        if (request.Creations.Count > AclRequests.AclsPerRequestMax)
        {
            Refuse(request, response, ErrorCode.InvalidRequest, $"At most {AclRequests.AclsPerRequestMax} ACLs can be made by one request.");
            return;
        }
        List<AccessControlEntry> valid = [];
        foreach (CreateAclsRequest.AclCreation creation in request.Creations)
        {
            var entry = new AccessControlEntry(
                (AclResourceType)creation.ResourceType, (AclPatternType)creation.ResourcePatternType, creation.ResourceName, creation.Principal,
                creation.Host, (AclOperation)creation.Operation, (AclPermission)creation.PermissionType);
            CreateAclsResponse.AclCreationResult result = response.Results.Add();
            if (entry.Validate() is { } problem) (result.ErrorCode, result.ErrorMessage) = (ErrorCode.InvalidRequest, problem);
            else valid.Add(entry);
        }
        await services.Store.UpdateAsync(
            image => valid.Where(entry => !image.Acls.Contains(entry)).Distinct().ToArray() is { Length: > 0 } missing ? [new AclsCreated([.. missing])] : [],
            cancellationToken).ConfigureAwait(false);
    }

    protected override void Fail(CreateAclsRequest request, CreateAclsResponse response, ErrorCode error) => Refuse(request, response, error, ErrorCodes.Meaning(error));

    private static void Refuse(CreateAclsRequest request, CreateAclsResponse response, ErrorCode error, string? message)
    {
        for (int i = 0; i < request.Creations.Count; i++)
        {
            CreateAclsResponse.AclCreationResult result = response.Results.Add();
            result.ErrorCode = error;
            result.ErrorMessage = message;
        }
    }
}
