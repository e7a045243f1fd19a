namespace Sluice.Transfer.Tests.Support;

/// <summary>What a test awaits, it awaits with a deadline: a hang is a failure with a place.</summary>
internal static class Deadline
{
    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(60);

    public static Task SoonAsync(this Task task) => task.WaitAsync(s_soon, TimeProvider.System, TestContext.Current.CancellationToken);

    public static Task<T> SoonAsync<T>(this Task<T> task) => task.WaitAsync(s_soon, TimeProvider.System, TestContext.Current.CancellationToken);

    public static Task SoonAsync(this ValueTask task) => task.AsTask().SoonAsync();
}
