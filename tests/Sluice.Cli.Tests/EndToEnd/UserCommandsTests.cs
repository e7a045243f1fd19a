using System.Text;
using Sluice.Cli.Output;
using Sluice.Cli.Tests.Support;

namespace Sluice.Cli.Tests.EndToEnd;

public sealed class UserCommandsTests(TestBroker broker) : IClassFixture<TestBroker>
{
    [Fact]
    public async Task A_user_is_added_listed_and_deleted()
    {
        string user = $"u-{Guid.NewGuid():N}";
        CliOutcome added = await broker.RunWithInputAsync("hunter2\n", "user", "add", user, "--password-file", "-");
        added.ShouldSucceed();
        added.Output.ShouldBe($"User {user} can log in by SCRAM-SHA-256 and SCRAM-SHA-512.\n");
        added.Error.ShouldBeEmpty();

        CliOutcome listed = await broker.RunAsync("user", "list", "--json");
        Compact(listed.Output).ShouldContain($"{{\"user\":\"{user}\",\"mechanism\":\"SCRAM-SHA-256\",\"iterations\":8192}}");
        (await broker.RunAsync("user", "list")).Output.ShouldContain(user);

        (await broker.RunAsync("user", "delete", user, "--mechanism", "scram-sha-256")).Output.ShouldBe($"User {user} can no longer log in by SCRAM-SHA-256.\n");
        (await broker.RunAsync("user", "delete", user)).Output.ShouldBe($"User {user} can no longer log in by SCRAM-SHA-512.\n");
        CliOutcome again = await broker.RunAsync("user", "delete", user);
        again.ExitCode.ShouldBe(ExitCodes.Failed);
        again.Error.ShouldBe($"sluice: there is no user '{user}' who logs in by SCRAM-SHA-256 or SCRAM-SHA-512\n");
    }

    [Fact]
    public async Task A_password_is_asked_for_twice_and_not_shown()
    {
        string user = $"u-{Guid.NewGuid():N}";
        (await AskedAsync(["one", "two"], "user", "add", user)).Error.ShouldBe("sluice: the two were not the same; nothing was changed\n");
        CliOutcome outcome = await AskedAsync(["hunter2", "hunter2"], "user", "add", user, "--mechanism", "SCRAM-SHA-512", "--iterations", "4096", "--json");
        outcome.ShouldSucceed();
        Compact(outcome.Output).ShouldBe($"[{{\"user\":\"{user}\",\"mechanism\":\"SCRAM-SHA-512\",\"iterations\":4096}}]");
        (outcome.Output + outcome.Error).ShouldNotContain("hunter2");
    }

    [Theory]
    [InlineData("nobody is there to type a password", "user", "add", "x")]
    [InlineData("there is no file 'no-such-file'", "user", "add", "x", "--password-file", "no-such-file")]
    [InlineData("there is no variable NO_SUCH", "user", "add", "x", "--password-env", "NO_SUCH")]
    [InlineData("exclude each other", "user", "add", "x", "--password-env", "A", "--password-file", "b")]
    [InlineData("must not be empty", "user", "add", "x", "--password-file", "-")]
    [InlineData("--mechanism is SCRAM-SHA-256 or SCRAM-SHA-512; it is 'PLAIN'", "user", "add", "x", "--mechanism", "PLAIN", "--password-file", "-")]
    [InlineData("--iterations", "user", "add", "x", "--iterations", "1")]
    public async Task A_mistake_is_one_line(string told, params string[] arguments)
    {
        CliOutcome outcome = await broker.RunAsync(arguments);
        outcome.ExitCode.ShouldNotBe(0);
        outcome.Error.ShouldContain(told);
        outcome.Error.TrimEnd().ShouldNotContain('\n');
    }

    private static string Compact(string json) => string.Concat(json.Where(static character => !char.IsWhiteSpace(character)));

    private async Task<CliOutcome> AskedAsync(string[] typed, params string[] arguments)
    {
        Queue<string> answers = new(typed);
        using MemoryStream output = new();
        using StringWriter error = new();
        CliConsole console = new()
        {
            Input = Stream.Null,
            Output = new StandardOutput(output),
            Error = error,
            Environment = name => name == "SLUICE_BOOTSTRAP_SERVER" ? broker.BootstrapServer : null,
            IsInputTerminal = true,
            ReadSecret = _ => answers.Dequeue(),
        };
        int exitCode = await SluiceCommandLine.RunAsync(arguments, console, TestCli.NoServe, TestContext.Current.CancellationToken);
        return new CliOutcome(exitCode, Encoding.UTF8.GetString(output.ToArray()), error.ToString());
    }
}
