"""What is written from the shapes of kinds: JSON Schemas, CustomResourceDefinitions, explanations, a page of docs."""
