using Sluice.Broker.Tests.Support;
using Sluice.Client;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Tests.Configs;

public class FeatureTests
{
    private const sbyte Upgrade = 1;
    private const sbyte SafeDowngrade = 2;

    [Theory]
    [InlineData((short)0)]
    [InlineData((short)1)]
    [InlineData((short)2)]
    public async Task A_feature_that_is_taken_away_is_refused_until_it_is_back(short version)
    {
        using TemporaryDirectory folder = new();
        await using (TestBroker broker = await TestBroker.StartInAsync(folder.Path))
        {
            KafkaConnection connection = await broker.ConnectAsync();
            (await LevelsAsync(connection))["group.version"].ShouldBe((short)1);
            (await UpdateAsync(connection, version, "group.version", 0, Upgrade)).ShouldBe(ErrorCode.InvalidUpdateVersion);
            (await ServedAsync(connection)).ShouldNotBe(ErrorCode.UnsupportedVersion);
            (await UpdateAsync(connection, version, "group.version", 0, SafeDowngrade)).ShouldBe(ErrorCode.None);
            (await ServedAsync(connection)).ShouldBe(ErrorCode.UnsupportedVersion);
        }

        // Also after a restart.
        await using TestBroker again = await TestBroker.StartInAsync(folder.Path);
        KafkaConnection later = await again.ConnectAsync();
        (await LevelsAsync(later)).ShouldNotContainKey("group.version");
        (await ServedAsync(later)).ShouldBe(ErrorCode.UnsupportedVersion);
        (await UpdateAsync(later, version, "group.version", 1, Upgrade)).ShouldBe(ErrorCode.None);
        (await ServedAsync(later)).ShouldNotBe(ErrorCode.UnsupportedVersion);
    }

    [Fact]
    public async Task All_that_is_asked_is_done_or_nothing()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        UpdateFeaturesRequest request = ClusterRequestSamples.UpdateFeatures(2, "share.version", 0, SafeDowngrade);
        UpdateFeaturesRequest.FeatureUpdateKey second = request.FeatureUpdates.Add();
        (second.Feature, second.MaxVersionLevel) = ("group.version", 9);
        UpdateFeaturesResponse refused = await connection.SendAsync(request);
        refused.ErrorCode.ShouldBe(ErrorCode.InvalidUpdateVersion);
        refused.ErrorMessage!.ShouldContain("group.version");
        (await LevelsAsync(connection))["share.version"].ShouldBe((short)1);
    }

    [Fact]
    public async Task What_is_only_checked_is_not_done()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        UpdateFeaturesRequest request = ClusterRequestSamples.UpdateFeatures(2, "transaction.version", 1, SafeDowngrade);
        request.ValidateOnly = true;
        (await connection.SendAsync(request)).ErrorCode.ShouldBe(ErrorCode.None);
        (await LevelsAsync(connection))["transaction.version"].ShouldBe((short)2);
        request.ValidateOnly = false;
        (await connection.SendAsync(request)).ErrorCode.ShouldBe(ErrorCode.None);
        (await LevelsAsync(connection))["transaction.version"].ShouldBe((short)1);
    }

    private static async Task<Dictionary<string, short>> LevelsAsync(KafkaConnection connection)
    {
        ApiVersionsResponse response = await connection.SendAsync(new ApiVersionsRequest { ClientSoftwareName = "test", ClientSoftwareVersion = "1" }, version: 4);
        response.SupportedFeatures.Select(static feature => feature.Name).ShouldContain("group.version");
        return response.FinalizedFeatures.ToDictionary(static feature => feature.Name, static feature => feature.MaxVersionLevel);
    }

    private static async Task<ErrorCode> UpdateAsync(KafkaConnection connection, short version, string feature, short level, sbyte type) =>
        (await connection.SendAsync(ClusterRequestSamples.UpdateFeatures(version, feature, level, type), version)).ErrorCode;

    private static async Task<ErrorCode> ServedAsync(KafkaConnection connection) =>
        (await connection.SendAsync(new ConsumerGroupDescribeRequest { GroupIds = ["nobody's"] })).Groups[0].ErrorCode;
}
