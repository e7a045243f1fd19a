namespace OrdersService;

/// <summary>Stands for a real gateway, which a sample has not.</summary>
public sealed class PaymentGateway : IPaymentGateway
{
    public Task ChargeAsync(Order order, CancellationToken cancellationToken) => Task.CompletedTask;
}
