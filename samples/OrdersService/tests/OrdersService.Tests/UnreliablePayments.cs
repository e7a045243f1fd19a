namespace OrdersService.Tests;

/// <summary>Fails so often for each order, then works.</summary>
internal sealed class UnreliablePayments(int failuresCount) : IPaymentGateway
{
    private readonly Dictionary<string, int> _attempts = [];

    public Task ChargeAsync(Order order, CancellationToken cancellationToken)
    {
        lock (_attempts)
        {
            int attempt = _attempts[order.Id] = _attempts.GetValueOrDefault(order.Id) + 1;
            return attempt > failuresCount ? Task.CompletedTask : throw new HttpRequestException("the gateway does not answer");
        }
    }
}
