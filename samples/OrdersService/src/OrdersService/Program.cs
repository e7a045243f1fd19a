using OrdersService;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.Services.AddOptions<KafkaOptions>().BindConfiguration("Kafka");
builder.Services.AddSingleton<OrderPublisher>();
builder.Services.AddSingleton<IPaymentGateway, PaymentGateway>();
builder.Services.AddHostedService<OrderProcessor>();

WebApplication app = builder.Build();
app.MapPost("/orders", async (Order order, OrderPublisher orders, CancellationToken cancellationToken) =>
    await orders.PublishAsync(order, cancellationToken) ? Results.Accepted($"/orders/{order.Id}") : Results.StatusCode(StatusCodes.Status503ServiceUnavailable));
app.Run();
