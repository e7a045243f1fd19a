using System.Text;
using Sluice.Differential.Comparison;

namespace Sluice.Differential;

/// <summary>The same questions to Apache Kafka and to Sluice: the same answers, or a reason why not.</summary>
public sealed class DifferentialTests(DifferentialRun run)
{
    public static TheoryData<string> Scenarios =>
    [
        .. ScenarioCatalog.All.Select(static scenario => scenario.ToString())
            .Where(static name => RunSettings.Only is null || name.Contains(RunSettings.Only, StringComparison.OrdinalIgnoreCase)),
    ];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task Sluice_answers_as_Kafka_does(string scenario)
    {
        DifferentialRun.SkipWithoutKafka();
        ScenarioOutcome outcome = await run.OutcomeOf(ScenarioCatalog.Find(scenario));
        if (outcome.Failure is null && outcome.Unexplained.Count == 0) return;
        StringBuilder report = new();
        foreach (Difference difference in outcome.Unexplained) report.AppendLine(difference.ToString());
        if (outcome.Failure is not null) report.AppendLine(outcome.Failure);
        Assert.Fail(report.ToString());
    }

    [Fact]
    public void Every_scenario_has_a_name_of_its_own()
    {
        ScenarioCatalog.All.Select(static scenario => scenario.ToString()).ShouldBeUnique();
        ScenarioCatalog.All.Select(static scenario => scenario.Slug).ShouldBeUnique();
    }

    [Fact]
    public async Task Every_expected_difference_still_exists()
    {
        DifferentialRun.SkipWithoutKafka();
        Assert.SkipWhen(RunSettings.ComparesKafkaWithItself || RunSettings.Only is not null, "not a whole run against Sluice");
        IReadOnlyList<ScenarioOutcome> outcomes = await run.AllOutcomes();
        HashSet<ExpectedDifference> seen = [.. outcomes.SelectMany(static outcome => outcome.Explained).Select(static pair => pair.Expected)];
        ExpectedDifferences.All.Where(expected => !seen.Contains(expected)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Compatibility_page_tells_what_this_run_found()
    {
        DifferentialRun.SkipWithoutKafka();
        Assert.SkipWhen(RunSettings.ComparesKafkaWithItself || RunSettings.Only is not null, "not a whole run against Sluice");
        string page = await run.CompatibilityPage();
        string path = Path.Combine(RunSettings.RepositoryFolder, "docs", "compatibility.md");
        if (RunSettings.WritesDocs) await File.WriteAllTextAsync(path, page, TestContext.Current.CancellationToken);
        File.Exists(path).ShouldBeTrue("docs/compatibility.md is missing: run with SLUICE_WRITE_DOCS=1");
        (await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken)).ShouldBe(page, "docs/compatibility.md is stale: run with SLUICE_WRITE_DOCS=1");
    }
}
