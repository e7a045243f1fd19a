using System.CommandLine;
using Sluice.Cli.Output;
using Sluice.Client.Admin;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice group list</c>.</summary>
internal static class GroupListCommand
{
    internal static Command Create(CliConsole console, GlobalOptions options)
    {
        var state = new Option<string[]>("--state") { Description = "Only groups in this state, such as Stable or Empty; repeatable", HelpName = "STATE" };
        var command = new SluiceCommand("list", "List the groups.", "sluice group list", "sluice group list --state Empty") { state };
        CommandContext.SetAction(command, console, options, async (context, cancellationToken) =>
        {
            string[] states = context.ParseResult.GetValue(state) ?? [];
            AdminClient admin = await context.AdminAsync(cancellationToken).ConfigureAwait(false);
            IReadOnlyList<GroupListing> groups = await admin.ListGroupsAsync(cancellationToken).ConfigureAwait(false);
            if (states.Length > 0) groups = [.. groups.Where(group => states.Contains(group.State, StringComparer.OrdinalIgnoreCase))];
            if (context.IsJson)
            {
                Documents.GroupSummary[] document = [.. groups.Select(group => new Documents.GroupSummary(group.Id, group.Type, group.State, group.ProtocolType, group.CoordinatorId))];
                context.WriteJson(document, CliJson.Default.GroupSummaryArray);
                return ExitCodes.Ok;
            }

            if (groups.Count == 0)
            {
                context.Note(states.Length > 0 ? "No group is in that state." : "There are no groups. One is made when the first consumer subscribes.");
                return ExitCodes.Ok;
            }

            var table = new TextTable("Group", "Type", "State", "Members speak");
            foreach (GroupListing group in groups) table.Add(group.Id, group.Type, group.State, group.ProtocolType.Length == 0 ? "-" : group.ProtocolType);
            context.Write(table);
            return ExitCodes.Ok;
        });
        return command;
    }
}
