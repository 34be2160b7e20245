using Holdfast.ProxyBench;

try
{
    return args switch
    {
        ["proxy", _, _, _, _, ..] => ProxyCommand.Run(args.AsSpan(1)),
        ["suite", ..] => Suite.Run(BenchOptions.Parse(args.AsSpan(1))),
        _ => throw new FormatException("proxy or suite"),
    };
}
catch (FormatException exception)
{
    Console.Error.WriteLine(exception.Message);
    Console.Error.WriteLine(BenchOptions.Usage);
    return 2;
}
