namespace OrdersService;

public interface IPaymentGateway
{
    /// <summary>Charges the customer; the same order charged again is charged once.</summary>
    /// <exception cref="HttpRequestException">The gateway does not answer; later it may.</exception>
    Task ChargeAsync(Order order, CancellationToken cancellationToken);
}
