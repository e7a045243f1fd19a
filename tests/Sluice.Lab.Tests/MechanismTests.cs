using Sluice.Lab.CommandLine;
using Sluice.Lab.Files;
using Sluice.Lab.Measuring;
using Sluice.Lab.Mechanisms;

namespace Sluice.Lab.Tests;

public sealed class MechanismTests : IDisposable
{
    private const int FileBytes = (3 << 20) + 4321;

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Names() => [.. MechanismCatalog.All.Select(mechanism => mechanism.Name)];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_receiver_gets_the_bytes_of_the_file(string name)
    {
        RunResult result = await RunAsync(PlanOf(name));
        result.Sender.Bytes.ShouldBe(FileBytes);
        result.Sender.WallSeconds.ShouldBeGreaterThan(0);
        result.Sender.CpuSeconds.ShouldBeGreaterThan(0);
        result.Sender.ChunkMaxUs.ShouldBeGreaterThanOrEqualTo(result.Sender.ChunkP50Us);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Transfers_with_headers_arrive_whole_on_several_connections(string name)
    {
        // 1000 bytes: regions that begin and end in the middle of pages, and of chunks.
        RunResult result = await RunAsync(PlanOf(name) with
        {
            TransferBytes = 1000,
            TransfersPerConnection = 50,
            Connections = 3,
            HeaderBytes = 100,
            Join = HeaderJoin.Cork,
        });
        result.Sender.Bytes.ShouldBe(3 * 50 * 1100);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_file_that_shrinks_while_it_is_sent_is_named(string name)
    {
        TransferPlan plan = PlanOf(name);
        LabException exception = await Should.ThrowAsync<LabException>(() => RunAsync(plan, () =>
        {
            using var file = new FileStream(plan.FilePath, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            file.SetLength(FileBytes / 2);
        }));
        exception.Message.ShouldStartWith($"{name}: ");
        exception.Message.ShouldContain("shrank while it was sent");
        exception.ExitCode.ShouldBe(ExitCodes.Failed);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_receiver_that_dies_ends_the_run(string name)
    {
        TransferPlan plan = PlanOf(name) with { TransfersPerConnection = 40 };
        LabException exception = await Should.ThrowAsync<LabException>(() => RunAsync(plan, killReceiver: true));
        exception.Message.ShouldBe($"{name}: the receiver closed the connection before it had everything");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_mechanism_says_what_it_costs_on_paper(string name)
    {
        IMechanism mechanism = MechanismCatalog.Find(name);
        mechanism.Theory.CpuCopies.ShouldNotBeEmpty();
        mechanism.Theory.CallsPerChunk.ShouldNotBeEmpty();
        mechanism.Description.ShouldNotBeEmpty();
        mechanism.DefaultChunkBytes.ShouldBeGreaterThan(0);
    }

    private TransferPlan PlanOf(string name)
    {
        IMechanism mechanism = MechanismCatalog.Find(name);
        string? reason = mechanism.WhyNotOffered();
        Assert.SkipWhen(reason is not null, $"not offered here: {reason}");
        string path = _folder.File("file", FileBytes);
        return new TransferPlan
        {
            Mechanism = name,
            FilePath = path,
            FileBytes = FileBytes,
            TransferBytes = FileBytes,
            ChunkBytes = mechanism.HasFixedChunk ? mechanism.DefaultChunkBytes : 128 << 10,
            Receiver = ReceiverMode.Verify,
        };
    }

    private static async Task<RunResult> RunAsync(TransferPlan plan, Action? beforeStart = null, bool killReceiver = false)
    {
        using TestFile file = TestFile.Open(plan.FilePath);
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var runner = new TransferRunner(file, (receiver, _) =>
        {
            beforeStart?.Invoke();
            if (killReceiver) receiver.Kill();
        });
        return await runner.RunAsync(plan, deadline.Token);
    }
}
