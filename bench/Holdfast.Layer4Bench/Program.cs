using Holdfast.Layer4Bench;

Layer4Options options;
try
{
    options = Layer4Options.Parse(args);
}
catch (FormatException exception)
{
    Console.Error.WriteLine(exception.Message);
    Console.Error.WriteLine(Layer4Options.Usage);
    return 2;
}
return options.PinPath is null ? Suite.Run(options) : PinnedDirector.Make(options);
