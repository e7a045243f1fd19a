using System.CommandLine;
using Sluice.Cli.Output;
using Sluice.Client.Admin;

namespace Sluice.Cli;

/// <summary>Finds groups, and suggests one where there is none of that name.</summary>
internal static class GroupLookup
{
    internal static Argument<string> Argument() => new("GROUP") { Description = "Group id" };

    /// <summary>The group as it is now.</summary>
    /// <exception cref="CommandException">There is none; the message names a similar one if there is.</exception>
    internal static async Task<GroupDescription> RequireAsync(CommandContext context, string id, CancellationToken cancellationToken)
    {
        AdminClient admin = await context.AdminAsync(cancellationToken).ConfigureAwait(false);
        return await admin.DescribeGroupAsync(id, cancellationToken).ConfigureAwait(false)
            ?? throw await NotFoundAsync(admin, id, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<CommandException> NotFoundAsync(AdminClient admin, string id, CancellationToken cancellationToken)
    {
        IReadOnlyList<GroupListing> groups = await admin.ListGroupsAsync(cancellationToken).ConfigureAwait(false);
        if (groups.FirstOrDefault(group => group.Id == id) is { } other)
            return new CommandException($"group '{id}' is a {other.Type} group; this broker does not show those");
        string? near = NearMiss.Find(id, groups.Select(group => group.Id));
        return new CommandException(near is null
            ? $"there is no group '{id}'. See what there is with: sluice group list"
            : $"there is no group '{id}'. Did you mean '{near}'?");
    }
}
