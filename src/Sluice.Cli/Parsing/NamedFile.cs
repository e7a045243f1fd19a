namespace Sluice.Cli.Parsing;

/// <summary>Reads files that were named on the command line, and says which and why where that cannot be done.</summary>
internal static class NamedFile
{
    /// <summary>Does something with a file.</summary>
    /// <param name="option">The option that named it.</param>
    /// <param name="path">As it was given.</param>
    /// <param name="read">What is done with it.</param>
    /// <returns>What <paramref name="read"/> returns.</returns>
    /// <exception cref="CommandException">The file cannot be read.</exception>
    internal static T Read<T>(string option, string path, Func<string, T> read)
    {
        if (Directory.Exists(path)) throw new CommandException($"{option}: '{path}' is a directory, and a file is wanted");
        try
        {
            return read(path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CommandException($"{option}: there is no file '{path}'");
        }
        catch (UnauthorizedAccessException)
        {
            throw new CommandException($"{option}: this user may not read '{path}'");
        }
        catch (Exception exception) when (exception is IOException or ArgumentException)
        {
            throw new CommandException($"{option}: cannot read '{path}': {exception.Message}");
        }
    }
}
