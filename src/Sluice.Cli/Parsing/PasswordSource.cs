using System.CommandLine;
using System.Text;

namespace Sluice.Cli.Parsing;

/// <summary>Where a command gets a password from: never from the command line, which everybody on the machine can see.</summary>
internal sealed class PasswordSource
{
    private readonly Option<string?> _file = new("--password-file")
    {
        Description = "File whose first line is the password; - is standard input",
        HelpName = "FILE",
    };

    private readonly Option<string?> _variable = new("--password-env")
    {
        Description = "Environment variable that holds the password",
        HelpName = "NAME",
    };

    internal void AddTo(Command command)
    {
        command.Options.Add(_file);
        command.Options.Add(_variable);
    }

    /// <summary>Gets the password: from file or variable, else by asking twice.</summary>
    /// <exception cref="CommandException">There is none, or it was not typed the same way twice.</exception>
    internal string Read(CommandContext context)
    {
        string? file = context.ParseResult.GetValue(_file);
        string? variable = context.ParseResult.GetValue(_variable);
        if (file is not null && variable is not null) throw CommandException.Usage("--password-file and --password-env exclude each other");
        string password = file is not null ? FromFile(context.Console, file)
            : variable is not null ? context.Console.Environment(variable) ?? throw new CommandException($"--password-env: there is no variable {variable}")
            : Ask(context.Console);
        return password.Length > 0 ? password : throw new CommandException("the password must not be empty");
    }

    private static string FromFile(CliConsole console, string file)
    {
        if (file != "-") return NamedFile.Read("--password-file", file, static path => File.ReadLines(path).FirstOrDefault() ?? "");
        using var reader = new StreamReader(console.Input, Encoding.UTF8);
        return reader.ReadLine() ?? "";
    }

    private static string Ask(CliConsole console)
    {
        if (!console.IsInputTerminal) throw CommandException.Usage("nobody is there to type a password: give --password-file FILE, or - for standard input, or --password-env NAME");
        string password = console.ReadSecret("Password: ");
        return password == console.ReadSecret("Again: ") ? password : throw new CommandException("the two were not the same; nothing was changed");
    }
}
