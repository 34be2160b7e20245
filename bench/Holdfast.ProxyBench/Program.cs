using Holdfast.ProxyBench;

try
{
    return args is ["reload", ..]
        ? ReloadUnderLoad.Run(BenchOptions.Parse(args.AsSpan(1)))
        : Suite.Run(BenchOptions.Parse(args));
}
catch (FormatException exception)
{
    Console.Error.WriteLine(exception.Message);
    Console.Error.WriteLine(BenchOptions.Usage);
    return 2;
}
