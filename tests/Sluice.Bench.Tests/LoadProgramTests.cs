using System.Globalization;
using Sluice.Bench.Load.CommandLine;

namespace Sluice.Bench.Tests;

public sealed class LoadProgramTests
{
    [Theory]
    [InlineData("is no option", "produce", "--speed", "9")]
    [InlineData("wants a value", "produce", "--broker")]
    [InlineData("wants a number from 1", "fetch", "--connections", "0")]
    [InlineData("--acks is 0, 1 or all", "produce", "--acks", "2")]
    [InlineData("there is no command", "consume")]
    [InlineData("--broker wants the broker's binary", "produce")]
    [InlineData("there is no broker at", "startup", "--broker", "no/such/file")]
    [InlineData("give one of them", "produce", "--broker", "x", "--bootstrap-server", "localhost:1")]
    [InlineData("--broker-pid", "startup", "--bootstrap-server", "localhost:1", "--broker-pid", "0")]
    public async Task A_mistake_in_the_command_line_is_one_line_and_exit_code_2(string expected, params string[] arguments)
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        using var errors = new StringWriter(CultureInfo.InvariantCulture);
        int exitCode = await LoadProgram.RunAsync(arguments, output, errors, TestContext.Current.CancellationToken);
        exitCode.ShouldBe(2);
        errors.ToString().ShouldContain(expected);
        errors.ToString().TrimEnd().ShouldNotContain("\n");
        output.ToString().ShouldBeEmpty();
    }

    [Fact]
    public async Task Help_names_every_command()
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        (await LoadProgram.RunAsync(["--help"], output, TextWriter.Null, TestContext.Current.CancellationToken)).ShouldBe(0);
        foreach (string command in (string[])["produce", "fetch", "pingpong", "startup", "sendfile-loop", "compare-sendfile"])
        {
            output.ToString().ShouldContain($"\n  {command} ");
        }
    }
}
