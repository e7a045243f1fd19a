using System.CommandLine;
using Sluice.Cli.Output;
using Sluice.Client.Admin;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice config describe</c>.</summary>
internal static class ConfigDescribeCommand
{
    internal static Command Create(CliConsole console, GlobalOptions options)
    {
        var target = new ConfigTarget();
        var all = new Option<bool>("--all") { Description = "Also show the settings that nobody made" };
        var command = new SluiceCommand(
            "describe",
            "Show the settings that somebody made, or all of them.",
            "sluice config describe --topic orders",
            "sluice config describe --broker 1 --all")
        {
            all,
        };
        target.AddTo(command);
        CommandContext.SetAction(command, console, options, async (context, cancellationToken) =>
        {
            ConfigResource resource = await target.ResolveAsync(context, cancellationToken).ConfigureAwait(false);
            AdminClient admin = await context.AdminAsync(cancellationToken).ConfigureAwait(false);
            IReadOnlyList<ConfigEntry> entries = await admin.DescribeConfigsAsync(resource, cancellationToken).ConfigureAwait(false);
            bool isAll = context.ParseResult.GetValue(all);
            Write(context, resource, [.. entries.Where(entry => isAll || entry.IsExplicit)]);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static void Write(CommandContext context, ConfigResource resource, IReadOnlyList<ConfigEntry> entries)
    {
        Documents.ConfigEntry[] document = [.. entries.Select(ConfigOutput.ToDocument)];
        if (context.IsJson)
        {
            context.WriteJson(document, CliJson.Default.ConfigEntryArray);
            return;
        }

        if (document.Length == 0)
        {
            context.Note($"Nobody made settings for {resource}. To see the defaults: --all");
            return;
        }

        var table = new TextTable("Setting", "Value", "Set for", "Change");
        foreach (Documents.ConfigEntry entry in document)
        {
            string value = entry.Sensitive ? "(hidden)" : entry.Value ?? "-";
            table.Add(entry.Name, value, ConfigOutput.Source(entry.Source), entry.ReadOnly ? "at restart" : "at any time");
        }

        context.Write(table);
    }
}
