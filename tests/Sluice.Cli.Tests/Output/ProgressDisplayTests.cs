using Microsoft.Extensions.Time.Testing;
using Sluice.Cli.Output;
using Sluice.Cli.Tests.Support;

namespace Sluice.Cli.Tests.Output;

public sealed class ProgressDisplayTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly StringWriter _written = new();
    private readonly TextWriter _error;
    private readonly TaskCompletionSource<int> _work = new();

    public ProgressDisplayTests() => _error = TextWriter.Synchronized(_written);

    public void Dispose()
    {
        _error.Dispose();
        _written.Dispose();
    }

    [Fact]
    public async Task On_a_terminal_a_bar_grows_and_its_last_state_stays()
    {
        string text = await ShowAsync(isTerminal: true, isColored: false, new ProgressState(500, 2048, 0.5, null), new ProgressState(1000, 4096, 1, null));
        text.ShouldContain("50%");
        text.ShouldContain("500 records  2.0 KiB");
        text[text.LastIndexOf("1,000 records", StringComparison.Ordinal)..].ShouldEndWith("\e[?25h", Case.Sensitive, "the cursor is shown again");
        text.ShouldNotContain("\e[38;", Case.Sensitive, "no colours where none are wanted");
    }

    [Fact]
    public async Task Without_a_terminal_there_are_plain_lines() =>
        (await ShowAsync(isTerminal: false, isColored: true, new ProgressState(500, 2048, 0.5, null), new ProgressState(1000, 4096, 1, "no answer")))
            .Split(Environment.NewLine).ShouldBe(
            [
                "50 %  500 records  2.0 KiB  100 records/s  0.0 MB/s",
                "100 %  1,000 records  4.0 KiB  200 records/s  0.0 MB/s  no answer",
                "",
            ]);

    [Fact]
    public async Task Who_wants_no_progress_is_told_once_what_is_in_the_way()
    {
        string? trouble = null;
        int looksCount = 0;
        Task<int> running = Display(isTerminal: true, isColored: true, () =>
        {
            looksCount++;
            return new ProgressState(1, 1, null, trouble);
        }).RunQuietlyAsync(() => _work.Task);
        await AdvanceUntilAsync(() => looksCount >= 2);
        Written().ShouldBeEmpty();
        trouble = "cannot reach x";
        int before = looksCount;
        await AdvanceUntilAsync(() => looksCount >= before + 4);
        _work.SetResult(7);
        (await running).ShouldBe(7);
        Written().ShouldBe($"cannot reach x; trying again, Ctrl-C gives up{Environment.NewLine}");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Failure_of_the_work_is_passed_on(bool isTerminal)
    {
        _work.SetException(new CommandException("no"));
        await Should.ThrowAsync<CommandException>(() => Display(isTerminal, isColored: false, () => default).RunAsync(() => _work.Task));
    }

    private async Task<string> ShowAsync(bool isTerminal, bool isColored, ProgressState first, ProgressState last)
    {
        ProgressState state = first;
        Task<int> running = Display(isTerminal, isColored, () => state).RunAsync(() => _work.Task);
        _time.Advance(TimeSpan.FromSeconds(5));
        await UntilAsync(() => Written().Contains("500 records", StringComparison.Ordinal));
        state = last;
        _work.SetResult(7);
        (await running).ShouldBe(7);
        return Written();
    }

    // The synchronized writer locks itself while it writes.
    private string Written()
    {
        lock (_error) return _written.ToString();
    }

    // The display takes its turn on another thread, which nothing tells of.
    private static async Task UntilAsync(Func<bool> condition)
    {
        using var deadline = new CancellationTokenSource(TestCli.Deadline);
        while (!condition()) await Task.Delay(1, deadline.Token);
    }

    private Task AdvanceUntilAsync(Func<bool> condition) => UntilAsync(() =>
    {
        if (condition()) return true;
        _time.Advance(TimeSpan.FromSeconds(1));
        return false;
    });

    private ProgressDisplay Display(bool isTerminal, bool isColored, Func<ProgressState> look) =>
        new(
            new CliConsole { Input = Stream.Null, Output = new StandardOutput(Stream.Null), Error = _error, Environment = _ => null, IsErrorTerminal = isTerminal, Time = _time },
            isColored,
            look);
}
