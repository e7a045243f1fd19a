using Sluice.Cli.Output;
using Sluice.Client.Admin;

namespace Sluice.Cli.Commands;

/// <summary>Changes settings and says so; what several commands do.</summary>
internal static class ConfigChanges
{
    internal static async Task ApplyAsync(
        CommandContext context,
        ConfigResource resource,
        IReadOnlyList<ConfigChange> changes,
        CancellationToken cancellationToken)
    {
        if (changes.GroupBy(change => change.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw CommandException.Usage($"{twice.Key} is given twice");
        AdminClient admin = await context.AdminAsync(cancellationToken).ConfigureAwait(false);
        await admin.AlterConfigsAsync(resource, changes, cancellationToken).ConfigureAwait(false);
        if (context.IsJson)
        {
            Dictionary<string, string> set = changes.Where(change => change.Value is not null).ToDictionary(change => change.Name, change => change.Value!);
            string[] unset = [.. changes.Where(change => change.Value is null).Select(change => change.Name)];
            context.WriteJson(new Documents.ConfigChanges(resource.Type.ToString(), resource.Name, set, unset), CliJson.Default.ConfigChanges);
            return;
        }

        foreach (ConfigChange change in changes)
        {
            context.WriteLine(change.Value is null
                ? $"Unset {change.Name} of {resource}."
                : $"Set {change.Name}={change.Value} for {resource}.");
        }
    }
}
