namespace OrdersService;

public static class Topics
{
    public const string Orders = "orders";
    public const string Invoices = "invoices";
    public const string DeadLetters = "orders.dead-letters";
}
