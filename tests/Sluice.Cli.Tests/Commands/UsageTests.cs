using System.Net;
using System.Net.Sockets;
using Sluice.Cli.Output;
using Sluice.Cli.Tests.Support;

namespace Sluice.Cli.Tests.Commands;

public sealed class UsageTests
{
    [Theory]
    [InlineData("topic", "'sluice topic' wants a command: create, list")]
    [InlineData("tpoic list", "Did you mean 'sluice topic'?")]
    [InlineData("topic lst", "Did you mean 'sluice topic list'?")]
    [InlineData("topic xyzxyz", "there is no 'sluice topic xyzxyz'. See: sluice topic --help")]
    [InlineData("topic create", "TOPIC is missing. See: sluice topic create --help")]
    [InlineData("topic create t --partitions 0", "--partitions wants a whole number of 1 or more; it is '0'")]
    [InlineData("topic create t --partitions x", "it is 'x'")]
    [InlineData("topic create t --partitions 99999999999", "it is '99999999999'")]
    [InlineData("topic create t --replication-factor 40000", "--replication-factor wants")]
    [InlineData("topic create t --config retention.ms", "--config wants NAME=VALUE")]
    [InlineData("topic create t --config a=1 --config a=2", "--config a is given twice")]
    [InlineData("records", "'sluice records' wants a command: delete. See: sluice records --help")]
    [InlineData("topic create t --nonsense", "there is no option '--nonsense'. See: sluice topic create --help")]
    [InlineData("topic create t --partitons 3", "there is no option '--partitons'. Did you mean '--partitions'?")]
    [InlineData("topic list --jsno", "Did you mean '--json'?")]
    [InlineData("consume t --folow=true", "Did you mean '--follow'?")]
    [InlineData("topic add-partitions t", "--total")]
    [InlineData("topic alter t", "nothing to change")]
    [InlineData("config describe", "Give either --topic TOPIC or --broker ID")]
    [InlineData("config describe --topic t --broker 1", "Give either --topic TOPIC or --broker ID")]
    [InlineData("config describe --broker one", "it is 'one'")]
    [InlineData("config set --topic t retention.ms", "NAME=VALUE")]
    [InlineData("acl add --principal a --operation read", "an ACL is about something")]
    [InlineData("acl add --topic t --principal a", "an ACL is about doing something")]
    [InlineData("acl add --topic t --operation read", "an ACL is about somebody")]
    [InlineData("acl add --topic t --principal a --operation fly", "there is no operation 'fly'; there are all, read, write,")]
    [InlineData("acl add --topic t --principal a --operation 3", "there is no operation '3'")]
    [InlineData("produce t --acks 2", "--acks is all, 1 or 0; it is '2'")]
    [InlineData("produce t --compression brotli", "--compression is none, gzip, snappy, lz4 or zstd")]
    [InlineData("produce t --partition -1", "--partition wants a whole number of 0 or more")]
    [InlineData("produce t --linger-ms 60001", "from 0 to 60000")]
    [InlineData("consume t --from yesterday", "--from wants beginning, end, an offset")]
    [InlineData("consume t --max 0", "--max wants a whole number of 1 or more")]
    [InlineData("consume t --partition 0,x", "it is 'x'")]
    [InlineData("consume t --print key,colour", "there is no 'colour'")]
    [InlineData("consume t --format {key", "without its '}'")]
    [InlineData("consume t --format {key} --print key", "give either --format or --print")]
    [InlineData("records delete t --partition 0 --before soon", "--before wants an offset")]
    [InlineData("offsets t --time soon", "--time wants")]
    [InlineData("serve --port 65536", "--port wants a whole number from 0 to 65535; it is '65536'")]
    [InlineData("serve --port -1", "it is '-1'")]
    [InlineData("topic list --bootstrap-server localhost:0", "--bootstrap-server wants HOST:PORT")]
    [InlineData("topic list --color sometimes", "--color is auto, always or never")]
    public async Task Senseless_command_line_is_one_line_and_exit_code_2(string line, string because) =>
        (await TestCli.RunAsync(line.Split(' '))).ShouldFail(ExitCodes.Usage, because);

    [Fact]
    public async Task Malformed_server_in_the_environment_is_named() =>
        (await TestCli.RunAsync(["topic", "list"], bootstrapServer: "localhost:99999")).ShouldFail(ExitCodes.Usage, "SLUICE_BOOTSTRAP_SERVER wants HOST:PORT");

    [Theory]
    [InlineData("topic list")]
    [InlineData("topic describe t")]
    [InlineData("produce t")]
    [InlineData("consume t --json")]
    [InlineData("cluster describe")]
    public async Task Missing_broker_is_one_line_that_says_what_to_do(string line)
    {
        string server = $"127.0.0.1:{UnusedPort()}";
        CliOutcome outcome = await TestCli.RunAsync([.. line.Split(' '), "--bootstrap-server", server]);
        outcome.ShouldFail(ExitCodes.Failed, $"cannot reach {server}: connection refused. Is a broker running? Start one with: sluice serve");
        outcome.Output.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/nonexistent/file", "--from-file: there is no file '/nonexistent/file'")]
    [InlineData("/", "--from-file: '/' is a directory, and a file is wanted")]
    public async Task File_that_cannot_be_read_is_one_line(string path, string because)
    {
        CliOutcome outcome = await TestCli.RunAsync("produce", "t", "--from-file", path, "--bootstrap-server", $"127.0.0.1:{UnusedPort()}");
        outcome.ShouldFail(ExitCodes.Failed, because);
    }

    [Fact]
    public async Task File_without_permission_is_one_line()
    {
        if (OperatingSystem.IsWindows() || Environment.UserName == "root") Assert.Skip("this user may read everything");
        string path = Path.GetTempFileName();
        try
        {
            File.SetUnixFileMode(path, UnixFileMode.None);
            CliOutcome outcome = await TestCli.RunAsync("produce", "t", "--from-file", path, "--bootstrap-server", $"127.0.0.1:{UnusedPort()}");
            outcome.ShouldFail(ExitCodes.Failed, $"--from-file: this user may not read '{path}'");
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task Unknown_host_is_one_line_that_says_where_the_name_may_come_from() =>
        (await TestCli.RunAsync("topic", "list", "-b", "no-such-host.invalid:9092"))
            .ShouldFail(ExitCodes.Failed, "no such host. The name is what --bootstrap-server says, or what the broker tells its clients");

    [Fact]
    public async Task Help_for_a_terminal_is_no_wider_than_it()
    {
        using var output = new MemoryStream();
        var console = new CliConsole { Input = Stream.Null, Output = new StandardOutput(output), Error = TextWriter.Null, Environment = _ => null, IsOutputTerminal = true, Width = 80 };
        (await SluiceCommandLine.RunAsync(["consume", "--help"], console, TestCli.NoServe, CancellationToken.None)).ShouldBe(ExitCodes.Ok);
        string[] lines = System.Text.Encoding.UTF8.GetString(output.ToArray()).Split('\n');
        lines.TakeWhile(line => !line.StartsWith("Examples", StringComparison.Ordinal)).ShouldAllBe(line => line.Length <= 80);
    }

    [Fact]
    public async Task Reader_that_is_gone_ends_the_command_quietly()
    {
        using var error = new StringWriter();
        CliConsole console = TestCli.Console(new ClosedPipe(), error);
        int exitCode = await SluiceCommandLine.RunAsync(["--help"], console, TestCli.NoServe, CancellationToken.None);
        exitCode.ShouldBe(ExitCodes.Ok);
        error.ToString().ShouldBeEmpty();
    }

    [Fact]
    public async Task Serve_passes_its_options_on()
    {
        ServeOptions? seen = null;
        string[] line = ["serve", "--port", "0", "--host", "0.0.0.0", "--data", "d", "--config", "f", "--set", "a=1", "--set", "b=x=y"];
        int exitCode = await SluiceCommandLine.RunAsync(
            line,
            TestCli.Console(Stream.Null, TextWriter.Null),
            (options, _) =>
            {
                seen = options;
                return Task.FromResult(7);
            },
            CancellationToken.None);
        exitCode.ShouldBe(7);
        seen.ShouldNotBeNull();
        (seen.Port, seen.Host, seen.DataDirectory, seen.ConfigFile).ShouldBe((0, "0.0.0.0", "d", "f"));
        seen.Settings.ShouldBe([new("a", "1"), new("b", "x=y")]);
    }

    private static int UnusedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private sealed class ClosedPipe : MemoryStream
    {
        public override void Write(byte[] buffer, int offset, int count) => throw new IOException("Broken pipe", 32);
    }
}
