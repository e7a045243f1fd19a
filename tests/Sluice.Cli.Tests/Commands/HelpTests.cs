using System.CommandLine;
using Sluice.Cli.Tests.Support;

namespace Sluice.Cli.Tests.Commands;

public sealed class HelpTests
{
    public static TheoryData<string> CommandPaths()
    {
        var paths = new TheoryData<string>();
        foreach ((string path, _) in Commands()) paths.Add(path);
        return paths;
    }

    [Theory]
    [MemberData(nameof(CommandPaths))]
    public async Task Help_of_every_command_says_what_it_does_and_shows_an_example(string path)
    {
        Command command = Commands().Single(pair => pair.Path == path).Command;
        CliOutcome outcome = await TestCli.RunAsync([.. path.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);

        outcome.ShouldSucceed();
        outcome.Error.ShouldBeEmpty();
        command.Description.ShouldNotBeNullOrWhiteSpace();
        outcome.Output.ShouldContain(command.Description!);
        outcome.Output.ShouldContain("Examples:");
        outcome.Output.ShouldContain($"sluice {path}".TrimEnd());
    }

    [Theory]
    [MemberData(nameof(CommandPaths))]
    public void Examples_are_valid_command_lines(string path)
    {
        RootCommand root = Root();
        foreach (string example in Commands().Single(pair => pair.Path == path).Command is SluiceCommand command ? command.Examples : [])
        {
            string own = example[example.IndexOf("sluice ", StringComparison.Ordinal)..]["sluice ".Length..];
            ParseResult parsed = root.Parse(own);
            parsed.Errors.ShouldBeEmpty(example);
        }
    }

    [Theory]
    [MemberData(nameof(CommandPaths))]
    public void Every_option_and_argument_is_described(string path)
    {
        Command command = Commands().Single(pair => pair.Path == path).Command;
        foreach (Option option in command.Options) option.Description.ShouldNotBeNullOrWhiteSpace(option.Name);
        foreach (Argument argument in command.Arguments) argument.Description.ShouldNotBeNullOrWhiteSpace(argument.Name);
    }

    [Fact]
    public async Task Without_arguments_the_help_is_shown() => (await TestCli.RunAsync()).ShouldSucceed().Output.ShouldContain("Exit codes:");

    [Fact]
    public async Task Version_is_one_line_without_a_commit() =>
        (await TestCli.RunAsync("--version")).ShouldSucceed().Output.ShouldMatch(@"^sluice \d+\.\d+\.\d+\n$");

    private static RootCommand Root() => SluiceCommandLine.Create(TestCli.Console(Stream.Null, TextWriter.Null), TestCli.NoServe);

    private static IEnumerable<(string Path, Command Command)> Commands() => Below("", Root());

    private static IEnumerable<(string Path, Command Command)> Below(string path, Command command)
    {
        yield return (path, command);
        foreach (Command sub in command.Subcommands)
        {
            foreach ((string, Command) pair in Below($"{path} {sub.Name}".Trim(), sub)) yield return pair;
        }
    }
}
