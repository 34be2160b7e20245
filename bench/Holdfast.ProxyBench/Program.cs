using Holdfast.ProxyBench;

try
{
    return Suite.Run(BenchOptions.Parse(args));
}
catch (FormatException exception)
{
    Console.Error.WriteLine(exception.Message);
    Console.Error.WriteLine(BenchOptions.Usage);
    return 2;
}
