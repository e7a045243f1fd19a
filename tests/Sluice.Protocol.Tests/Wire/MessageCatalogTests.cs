using Sluice.Protocol.Messages;

namespace Sluice.Protocol.Tests.Wire;

public sealed class MessageCatalogTests
{
    [Fact]
    public void Every_api_key_has_a_description_and_no_other_number_has_one()
    {
        MessageCatalog.Apis.Select(api => api.Key).ShouldBe(Enum.GetValues<ApiKey>());
        for (int key = short.MinValue; key <= short.MaxValue; key++)
        {
            MessageCatalog.TryGet((short)key, out ApiDescription? api).ShouldBe(Enum.IsDefined((ApiKey)key));
            if (api is not null) ((int)api.Key).ShouldBe(key);
        }

        Should.Throw<ArgumentOutOfRangeException>(() => MessageCatalog.Get((ApiKey)4));
    }

    [Fact]
    public void Descriptions_make_requests_and_responses_of_their_versions()
    {
        foreach (ApiDescription api in MessageCatalog.Apis)
        {
            IMessage request = api.NewRequest();
            IMessage response = api.NewResponse();
            request.GetType().Name.ShouldBe(api.Name + "Request");
            response.GetType().Name.ShouldBe(api.Name + "Response");
            (request.LowestVersion, request.HighestVersion).ShouldBe((api.LowestVersion, api.HighestVersion));
            (response.LowestVersion, response.HighestVersion).ShouldBe((api.LowestVersion, api.HighestVersion));
            api.Supports(api.LowestVersion).ShouldBeTrue();
            api.Supports((short)(api.LowestVersion - 1)).ShouldBeFalse();
            api.Supports((short)(api.HighestVersion + 1)).ShouldBeFalse();
        }
    }

    [Theory]
    [InlineData(ApiKey.Produce, 8, 1, 0)]
    [InlineData(ApiKey.Produce, 9, 2, 1)]
    [InlineData(ApiKey.ApiVersions, 2, 1, 0)]
    [InlineData(ApiKey.ApiVersions, 3, 2, 0)]
    [InlineData(ApiKey.SaslHandshake, 1, 1, 0)]
    [InlineData(ApiKey.OffsetDelete, 0, 1, 0)]
    [InlineData(ApiKey.Vote, 0, 2, 1)]
    public void Headers_follow_the_version_of_the_body(ApiKey key, short version, short requestHeader, short responseHeader)
    {
        MessageCatalog.Get(key).RequestHeaderVersion(version).ShouldBe(requestHeader);
        MessageCatalog.Get(key).ResponseHeaderVersion(version).ShouldBe(responseHeader);
    }

    [Fact]
    public void Listeners_and_unstable_versions_come_from_the_schemas()
    {
        MessageCatalog.Get(ApiKey.Fetch).Listeners.ShouldBe(ApiListeners.Broker | ApiListeners.Controller);
        MessageCatalog.Get(ApiKey.Produce).Listeners.ShouldBe(ApiListeners.Broker);
        MessageCatalog.Get(ApiKey.Vote).Listeners.ShouldBe(ApiListeners.Controller);
        MessageCatalog.Apis.Where(api => api.IsHighestVersionUnstable).Select(api => api.Key).ShouldBe([ApiKey.InitProducerId]);
        MessageCatalog.Get(ApiKey.InitProducerId).HighestStableVersion.ShouldBe((short)5);
        MessageCatalog.Get(ApiKey.Fetch).HighestStableVersion.ShouldBe((short)18);
    }

    [Fact]
    public void Requests_know_their_api_and_their_response()
    {
        KeyOf<FetchRequest, FetchResponse>().ShouldBe(ApiKey.Fetch);
        KeyOf<ListConfigResourcesRequest, ListConfigResourcesResponse>().ShouldBe(ApiKey.ListConfigResources);
    }

    [Fact]
    public void The_client_id_of_a_request_header_is_never_compact()
    {
        byte[] bytes = [0, 3, 0, 9, 0, 0, 0, 7, 0, 2, (byte)'m', (byte)'e', 0];
        var header = new RequestHeader();
        var reader = new MessageReader(bytes);
        header.Read(ref reader, 2);
        header.ClientId.ShouldBe("me");
        reader.Remaining.ShouldBe(0);
    }

    private static ApiKey KeyOf<TRequest, TResponse>()
        where TRequest : IRequest<TResponse>
        where TResponse : class, IResponse, new()
    {
        TResponse.ApiKey.ShouldBe(TRequest.ApiKey);
        return TRequest.ApiKey;
    }
}
