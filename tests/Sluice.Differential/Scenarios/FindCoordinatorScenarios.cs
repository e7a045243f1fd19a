using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Differential.Scenarios;

internal static class FindCoordinatorScenarios
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new(ApiKey.FindCoordinator, "Of a group", async s =>
        {
            await UntilFound(s, keyType: 0);
            foreach (short version in Session.Versions(ApiKey.FindCoordinator))
            {
                await s.Send(Of(version, 0, "somebody"), version, "one");
                await s.Send(Of(version, 0, ""), version, "no name");
                if (version >= 4) await s.Send(Of(version, 0, "one", "two", "one"), version, "several");
                if (version >= 4) await s.Send(Of(version, 0), version, "none");
            }
        }),
        new(ApiKey.FindCoordinator, "Of a transaction", async s =>
        {
            await UntilFound(s, keyType: 1);
            foreach (short version in Session.Versions(ApiKey.FindCoordinator).Where(static version => version >= 1))
                await s.Send(Of(version, 1, "somebody"), version, "one");
        }),
        new(ApiKey.FindCoordinator, "Of what nobody coordinates", async s =>
        {
            foreach (short version in Session.Versions(ApiKey.FindCoordinator).Where(static version => version >= 1))
            {
                foreach (sbyte type in new sbyte[] { 3, -1, 127 }) await s.Send(Of(version, type, "somebody"), version, $"type {type}");
            }
        }),
        new(ApiKey.FindCoordinator, "Of a shared partition, by keys that are none", async s =>
        {
            foreach (short version in Session.Versions(ApiKey.FindCoordinator).Where(static version => version >= 1))
                await s.Send(Of(version, 2, "somebody"), version, "a name only");
        }),
    ];

    private static FindCoordinatorRequest Of(short version, sbyte type, params string[] keys)
    {
        FindCoordinatorRequest request = new() { KeyType = type };
        if (version < 4) request.Key = keys[0];
        else request.CoordinatorKeys.AddRange(keys);
        return request;
    }

    // Kafka makes the coordinator's topic when it is first asked. A peer that has no coordinators says so every time, so the wait is short.
    private static async Task UntilFound(Session s, sbyte keyType)
    {
        for (int attempt = 0; attempt < 50; attempt++)
        {
            FindCoordinatorResponse response = await s.Ask(Of(4, keyType, "somebody"), 4);
            if (response.Coordinators[0].ErrorCode == ErrorCode.None) return;
            await Task.Delay(100);
        }
    }
}
