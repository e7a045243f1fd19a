using System.Collections;
using System.Reflection;
using Sluice.Broker.Tests.Support;
using Sluice.Metadata;
using Sluice.Metadata.Acls;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Tests.Security;

/// <summary>ACLs of a test's broker, and what its answers say of them.</summary>
internal static class AccessCalls
{
    /// <summary>Settings of a broker with ACLs. Every client is <c>User:ANONYMOUS</c>.</summary>
    public static string[] Settings { get; } = ["authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer", "super.users=User:admin"];

    /// <summary>Everything, for everybody.</summary>
    public static IReadOnlyList<AccessControlEntry> AllowAll { get; } =
    [
        .. new[] { AclResourceType.Topic, AclResourceType.Group, AclResourceType.TransactionalId }
            .Select(static type => new AccessRight(AclOperation.All, type, AccessControlEntry.Wildcard).Entry()),
        AccessRight.OfCluster(AclOperation.All).Entry(),
    ];

    /// <summary>Makes these the only ACLs.</summary>
    public static async Task SetAclsAsync(this TestBroker broker, params IEnumerable<AccessControlEntry> entries)
    {
        IMetadataStore store = broker.Server.Store;
        AccessControlEntry[] wanted = [.. entries.Distinct()];
        await store.UpdateAsync(
            image =>
            {
                AccessControlEntry[] unwanted = [.. image.Acls.All.Except(wanted)];
                AccessControlEntry[] missing = [.. wanted.Where(entry => !image.Acls.Contains(entry))];
                List<MetadataChange> changes = [];
                if (unwanted.Length > 0) changes.Add(new AclsDeleted([.. unwanted]));
                if (missing.Length > 0) changes.Add(new AclsCreated([.. missing]));
                return changes;
            },
            TestContext.Current.CancellationToken);
    }

    /// <summary>Sends any request.</summary>
    public static async Task<IMessage> AskAsync(this RawConnection raw, ApiKey api, short version, IMessage request)
    {
        byte[] answer = (await raw.ExchangeAsync(RawConnection.Frame(api, version, request))).ShouldNotBeNull($"{api} version {version} closed the connection");
        MessageReader reader = new(answer);
        new ResponseHeader().Read(ref reader, MessageCatalog.Get(api).ResponseHeaderVersion(version));
        IMessage response = MessageCatalog.Get(api).NewResponse();
        response.Read(ref reader, version);
        return response;
    }

    /// <summary>Every error that speaks of a missing right, anywhere in an answer.</summary>
    public static HashSet<ErrorCode> Denials(this IMessage response)
    {
        HashSet<ErrorCode> found = [];
        Collect(response, found);
        return found;
    }

    private static void Collect(object message, HashSet<ErrorCode> found)
    {
        foreach (PropertyInfo property in message.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            // Not whether the topic is made, but whether its settings are told.
            if (property.GetIndexParameters().Length > 0 || property.Name == nameof(CreateTopicsResponse.CreatableTopicResult.TopicConfigErrorCode)) continue;
            switch (property.GetValue(message))
            {
                case ErrorCode error and (ErrorCode.TopicAuthorizationFailed or ErrorCode.GroupAuthorizationFailed or ErrorCode.TransactionalIdAuthorizationFailed
                    or ErrorCode.ClusterAuthorizationFailed or ErrorCode.DelegationTokenAuthorizationFailed):
                    found.Add(error);
                    break;
                case IEnumerable list and not string:
                    foreach (object? element in list)
                    {
                        if (element is not null && element.GetType().Namespace == typeof(MetadataResponse).Namespace) Collect(element, found);
                    }
                    break;
            }
        }
    }
}
