using Sluice.Protocol.Messages;

namespace Sluice.Client.Admin;

// How much clients may use.
public sealed partial class AdminClient
{
    /// <summary>Lists every quota.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Ordered by entity.</returns>
    /// <exception cref="KafkaException">They must not be seen.</exception>
    public async Task<IReadOnlyList<ClientQuota>> ListClientQuotasAsync(CancellationToken cancellationToken = default)
    {
        KafkaConnection connection = await _cluster.AnyAsync(cancellationToken).ConfigureAwait(false);
        DescribeClientQuotasResponse response = await connection.SendAsync(new DescribeClientQuotasRequest(), null, cancellationToken).ConfigureAwait(false);
        ThrowIfError(response.ErrorCode, response.ErrorMessage, "quotas");
        return
        [
            .. (response.Entries ?? []).Select(static entry => new ClientQuota(
                Part(entry, "user"), Part(entry, "client-id"), Part(entry, "ip"), entry.Values.ToDictionary(static value => value.Key, static value => value.Value)))
                .OrderBy(static quota => quota.Entity, StringComparer.Ordinal),
        ];

        static string? Part(DescribeClientQuotasResponse.EntryData entry, string type) =>
            entry.Entity.FirstOrDefault(part => part.EntityType == type) is { } found ? found.EntityName ?? "" : null;
    }

    /// <summary>Sets quotas of an entity and takes others away; those that are not named stay as they are.</summary>
    /// <param name="entity">Whose; its limits are set.</param>
    /// <param name="removed">Names of quotas to take away.</param>
    /// <param name="cancellationToken">Gives up waiting; they may be changed then.</param>
    /// <exception cref="KafkaException">The broker refused; nothing is changed.</exception>
    public async Task AlterClientQuotaAsync(ClientQuota entity, IEnumerable<string> removed, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(entity);
        ArgumentNullException.ThrowIfNull(removed);
        var request = new AlterClientQuotasRequest();
        AlterClientQuotasRequest.EntryData entry = request.Entries.Add();
        foreach ((string type, string? name) in entity.Parts())
        {
            AlterClientQuotasRequest.EntityData part = entry.Entity.Add();
            part.EntityType = type;
            part.EntityName = name;
        }

        foreach ((string key, double value) in entity.Limits)
        {
            AlterClientQuotasRequest.OpData set = entry.Ops.Add();
            set.Key = key;
            set.Value = value;
        }

        foreach (string key in removed)
        {
            AlterClientQuotasRequest.OpData unset = entry.Ops.Add();
            unset.Key = key;
            unset.Remove = true;
        }

        await SendToControllerAsync(
            request, response => ThrowIfError(response.Entries[0].ErrorCode, response.Entries[0].ErrorMessage, entity.Entity), cancellationToken).ConfigureAwait(false);
    }
}
