using System.CommandLine;
using Sluice.Log.Inspection;

namespace Sluice.Cli.Commands.LogTools;

/// <summary>Arguments that name a data directory, a partition's directory or a file.</summary>
internal static class LogPathArgument
{
    internal const string Forms = "A data directory, the directory of a partition, or a file of either";

    internal static Argument<string> One(string description = Forms) => new("PATH") { Description = description };

    /// <summary>Finds out what a path leads to.</summary>
    /// <exception cref="CommandException">There is nothing, or something else.</exception>
    internal static InspectedPath Identify(string path)
    {
        try
        {
            return InspectedPath.Identify(path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or InvalidDataException or ArgumentException)
        {
            throw CommandException.Usage(exception.Message);
        }
    }
}
